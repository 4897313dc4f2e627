package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import org.jspecify.annotations.Nullable;

/** What a decision says to who asked for it. One for each decision. */
final class Answers {
  private final Steps steps;
  private @Nullable JobFailure rejection;

  Answers(Steps steps) {
    this.steps = steps;
  }

  /** Why nothing was done; null if something was, or nothing had to be. */
  @Nullable JobFailure rejection() {
    return rejection;
  }

  void reject(String message) {
    rejection = new JobFailure("CONFLICT", message);
  }

  void reject(JobFailure reason) {
    rejection = reason;
  }

  /** Refuses what somebody asked of a run, and says so in its history. */
  void refuse(String commandId, @Nullable String replyKey, String message) {
    reject(message);
    steps.emit(new RunEvent.Rejected(commandId, new JobFailure("CONFLICT", message)));
    answer(replyKey, rejection);
  }

  void answer(@Nullable String replyKey, @Nullable JobFailure error) {
    if (replyKey != null) {
      steps.effects.add(new Effect.Answer(replyKey, error));
    }
  }

  JobFailure tooLarge(String what, int size) {
    return new JobFailure(
        "INVALID_PAYLOAD",
        "expected %s of at most %d characters, found %d. Pass a reference instead of the data."
            .formatted(what, steps.settings.maxPayload(), size));
  }
}
