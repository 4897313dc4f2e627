package io.clusterdb.tasks.http;

/** Hears of calls that would change something and that their token does not allow. */
@FunctionalInterface
public interface Refusals {
  /** Hears nothing. */
  Refusals UNHEARD = (method, path, target) -> {};

  /**
   * A call was refused; the thread's context has who called.
   *
   * @param path of the endpoint, with its variables' names
   * @param target the variables' values, but for those that are secret
   */
  void refused(String method, String path, String target);
}
