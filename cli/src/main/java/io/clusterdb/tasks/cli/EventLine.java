package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import org.jspecify.annotations.Nullable;

/** An event as a line for people. */
final class EventLine {
  private static final int MAX_TAIL = 200;

  private EventLine() {}

  /** Time, state, queue, type, job, attempt, duration, and what came of it. */
  static String of(JobEvent event) {
    StringBuilder line = new StringBuilder();
    line.append("%-24s  %-9s  ".formatted(event.getAt(), event.getState()));
    line.append(event.getQueue()).append("  ");
    line.append(TextTable.printable(event.getType())).append("  ");
    line.append(TextTable.printable(event.getJobId()));
    line.append("  attempt ").append(event.getAttempt());
    if (event.getMaxAttempts() != null) {
      line.append('/').append(event.getMaxAttempts());
    }
    if (event.getDurationMs() != null) {
      line.append("  ").append(event.getDurationMs()).append(" ms");
    }
    tail(line, error(event.getError()));
    tail(line, event.getResult());
    tail(line, event.getNote());
    return line.toString();
  }

  private static void tail(StringBuilder line, @Nullable String text) {
    if (text != null) {
      String start = text.length() > MAX_TAIL ? text.substring(0, MAX_TAIL) + "…" : text;
      line.append("  ").append(TextTable.printable(start));
    }
  }

  private static @Nullable String error(@Nullable JobError error) {
    return error == null ? null : error.getType() + ": " + error.getMessage();
  }
}
