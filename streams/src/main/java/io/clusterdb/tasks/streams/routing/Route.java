package io.clusterdb.tasks.streams.routing;

import io.clusterdb.tasks.ErrorCode;

/** What becomes of a job that is due. */
public sealed interface Route {
  /** It goes to this topic. */
  record To(String topic) implements Route {}

  /**
   * It waits a little, since where it goes is not there now but may be again.
   *
   * @param reason what was expected and found
   */
  record Wait(String reason) implements Route {}

  /**
   * It can never go: a dead letter.
   *
   * @param code what is wrong
   * @param reason what was expected, what was found and what to do
   */
  record Refuse(ErrorCode code, String reason) implements Route {}
}
