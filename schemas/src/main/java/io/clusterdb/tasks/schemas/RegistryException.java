package io.clusterdb.tasks.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry could not be reached, or refused a request. What cannot be reached now may be
 * reached later; a refusal stays one until somebody changes something.
 */
public final class RegistryException extends SerializationException {
  private static final long serialVersionUID = 1L;

  /** The registry's code for a schema that it does not know. */
  static final int SCHEMA_NOT_FOUND = 40403;

  /** The registry's code for what is no schema; also of one that it gave and Avro cannot read. */
  static final int INVALID_SCHEMA = 42201;

  private final int status;
  private final int errorCode;

  private RegistryException(String message, @Nullable Throwable cause, int status, int errorCode) {
    super(message, cause);
    this.status = status;
    this.errorCode = errorCode;
  }

  static RegistryException unreachable(String message, @Nullable Throwable cause) {
    return new RegistryException(message, cause, 0, 0);
  }

  static RegistryException refused(String message, int status, int errorCode) {
    return new RegistryException(message, null, status, errorCode);
  }

  /** Whether no registry answered, or only with server errors: worth trying later. */
  public boolean isUnreachable() {
    return status == 0;
  }

  /** HTTP status of the refusal; 0 where the registry was unreachable. */
  public int status() {
    return status;
  }

  /** The registry's own error code, such as 409 or 40403; 0 where it gave none. */
  public int errorCode() {
    return errorCode;
  }
}
