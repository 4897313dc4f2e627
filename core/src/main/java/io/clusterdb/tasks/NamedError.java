package io.clusterdb.tasks;

/**
 * An exception that names its error type itself, instead of having it taken from its class. Retry
 * policies match that name ({@code onErrors}, {@code neverOn}), and events and dead letters show
 * it.
 */
public interface NamedError {
  /** The error's type: a plain name such as {@code TransientError}; never empty. */
  String errorType();

  /**
   * The type of any error: the name that it gives itself, else its simple class name, which for an
   * anonymous class is that of the class that it extends.
   */
  static String typeOf(Throwable error) {
    if (error instanceof NamedError named) {
      return named.errorType();
    }
    Class<?> type = error.getClass();
    while (type.isAnonymousClass() && type.getSuperclass() != null) {
      type = type.getSuperclass();
    }
    return type.getSimpleName();
  }
}
