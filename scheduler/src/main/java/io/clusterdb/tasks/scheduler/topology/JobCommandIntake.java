package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.scheduler.engine.JobRequest;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads commands. Stateless. */
final class JobCommandIntake {
  private JobCommandIntake() {}

  /**
   * What a command asks of a waiting job; null if it asks nothing of such.
   *
   * @throws IllegalArgumentException if it is incomplete
   */
  static @Nullable JobRequest read(JobCommand command) {
    return switch (command.getKind()) {
      case CANCEL -> request(command, new JobRequest.Cancel(command.getReason()));
      case RESCHEDULE -> {
        Instant time = command.getNotBefore();
        if (time == null) {
          throw new IllegalArgumentException(
              "command %s expects notBefore with %s, found none"
                  .formatted(command.getCommandId(), JobCommandKind.RESCHEDULE));
        }
        yield request(command, new JobRequest.Move(Math.max(0, time.toEpochMilli())));
      }
      case RETRY -> null;
    };
  }

  private static JobRequest request(JobCommand command, JobRequest.What what) {
    Instant hint = command.getDueHint();
    return new JobRequest(
        command.getCommandId(),
        command.getJobId(),
        command.getRun(),
        command.getAt().toEpochMilli(),
        hint == null ? JobRequest.UNKNOWN : Math.max(0, hint.toEpochMilli()),
        what);
  }
}
