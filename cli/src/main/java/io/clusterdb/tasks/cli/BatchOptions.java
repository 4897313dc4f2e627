package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that make the jobs of a file a batch. */
final class BatchOptions {
  @Option(
      names = "--batch",
      paramLabel = "ID",
      description = "With --from: the jobs are the batch of this id, which is used once.")
  private @Nullable String batch;

  @Option(
      names = "--then",
      paramLabel = "QUEUE:TYPE",
      description = "With --batch: one job that is enqueued when all of the batch have ended.")
  private @Nullable String then;

  @Option(
      names = "--then-payload",
      paramLabel = "JSON",
      description = "With --then: that job's payload (default: none).")
  private @Nullable String thenPayload;

  @Nullable String id() {
    return batch;
  }

  /**
   * Checks what one option alone cannot say.
   *
   * @throws IllegalArgumentException with what was expected
   */
  void check(boolean many, boolean wait) {
    if (batch == null && then != null) {
      throw new IllegalArgumentException("--then follows a batch: name it with --batch");
    }
    if (then == null && thenPayload != null) {
      throw new IllegalArgumentException("--then-payload is of the job that --then names");
    }
    if (batch != null && (!many || wait)) {
      throw new IllegalArgumentException(
          "--batch makes the jobs of --from a batch, which is not waited for: add --from, and leave"
              + " out --wait");
    }
    if (thenPayload != null) {
      JsonText.problem(thenPayload)
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException("--then-payload: " + problem);
              });
    }
    var unused = then();
  }

  /** Closes the batch with so many jobs. */
  void close(Tasks tasks, long jobs) {
    if (batch != null) {
      tasks.queues().closeBatch(batch, jobs, then());
    }
  }

  private @Nullable Job then() {
    if (then == null) {
      return null;
    }
    int colon = then.indexOf(':');
    if (colon < 1 || colon == then.length() - 1) {
      throw new IllegalArgumentException("--then: expected QUEUE:TYPE, found " + then);
    }
    return Job.of(then.substring(colon + 1), thenPayload == null ? null : Payload.json(thenPayload))
        .queue(then.substring(0, colon))
        .build();
  }
}
