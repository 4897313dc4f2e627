package io.clusterdb.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.codec.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a task that somebody waited for ended.
 *
 * @param job the job that did it
 * @param state SUCCEEDED, DEAD or CANCELLED
 * @param attempts attempts that it took
 * @param result what the handler returned, as JSON text; null for nothing
 * @param failure why it failed; null unless it did
 */
public record TaskResult(
    JobId job,
    JobState state,
    int attempts,
    @Nullable String result,
    @Nullable JobFailure failure) {
  /** Whether it ended well. */
  public boolean succeeded() {
    return state == JobState.SUCCEEDED;
  }

  /**
   * The result as this type; null where the handler returned nothing.
   *
   * @throws TasksException INVALID_PAYLOAD if it cannot be read as that type
   */
  public <T> @Nullable T resultAs(Class<T> type) {
    if (result == null) {
      return null;
    }
    try {
      return Json.mapper().readValue(result, type);
    } catch (JsonProcessingException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the result of job "
              + job
              + " was expected to fit "
              + type.getName()
              + ", but "
              + e.getOriginalMessage(),
          e);
    }
  }
}
