package io.clusterdb.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run of a workflow ended.
 *
 * @param id the run's id
 * @param workflow the workflow's name
 * @param version its version
 * @param state the state that it ended in
 * @param output what it returned, as JSON text; null unless it succeeded
 * @param error why it did not succeed; null if it did
 * @param startedAt when it started
 * @param finishedAt when it ended
 */
public record WorkflowResult(
    String id,
    String workflow,
    String version,
    RunState state,
    @Nullable String output,
    @Nullable JobFailure error,
    Instant startedAt,
    Instant finishedAt) {
  /** Whether it ended well. */
  public boolean succeeded() {
    return state == RunState.SUCCEEDED;
  }

  /**
   * The output as this type; null where there is none.
   *
   * @throws TasksException INVALID_PAYLOAD if it cannot be read as that type
   */
  public <T> @Nullable T outputAs(Class<T> type) {
    if (output == null) {
      return null;
    }
    try {
      return Json.mapper().readValue(output, type);
    } catch (JsonProcessingException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the output of run %s was expected to fit %s, but %s"
              .formatted(id, type.getName(), e.getOriginalMessage()),
          e);
    }
  }
}
