package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Unique;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Options that say what a job is, beside its payload. */
final class JobOptions {
  @Option(
      names = "--type",
      required = true,
      paramLabel = "T",
      description = "Type of the job; chooses its handler.")
  private String type = "";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The job's id (default: one is made). Using an id again starts a new run.")
  private @Nullable String id;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Jobs of one key go to one partition; they run in order if the queue says so.")
  private @Nullable String key;

  @Option(
      names = "--unique-key",
      paramLabel = "KEY",
      description = "Of jobs with this key in the queue one is admitted while the key is held.")
  private @Nullable String uniqueKey;

  @Option(
      names = "--unique",
      paramLabel = "first|replace|reject",
      converter = PolicyConverter.class,
      description =
          "While the key is held, the first job wins, a newer one replaces the one that waits, or"
              + " the job is an error (default: first).")
  private Unique.@Nullable Policy uniquePolicy;

  @Option(
      names = "--unique-window",
      paramLabel = "1h",
      description = "How long the key is held at the longest (default: 1h).")
  private @Nullable Duration uniqueWindow;

  @Option(names = "--unique-until-end", description = "Free the key as soon as its job has ended.")
  private boolean uniqueUntilEnd;

  @Option(
      names = "--priority",
      paramLabel = "high|normal|low",
      description = "Lane of the queue (default: normal).")
  private Priority priority = Priority.NORMAL;

  @Option(
      names = "--delay",
      paramLabel = "5m",
      description = "Not before this long after the broker has taken the job.")
  private @Nullable Duration delay;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Not before this time, such as 2026-12-01T09:00:00Z.")
  private @Nullable Instant at;

  @Option(
      names = "--timeout",
      paramLabel = "5m",
      description = "How long an attempt may run (default: the type's or the queue's).")
  private @Nullable Duration timeout;

  @Option(
      names = "--meta",
      paramLabel = "NAME=VALUE",
      description = "Travels with the job; may be repeated.")
  private Map<String, String> metadata = new LinkedHashMap<>();

  String type() {
    return type;
  }

  boolean named() {
    return id != null;
  }

  boolean asksForAdmission() {
    return uniqueKey != null;
  }

  boolean waitsForItsTime() {
    return delay != null || at != null;
  }

  /**
   * Checks what one option alone cannot say.
   *
   * @throws IllegalArgumentException with what was expected
   */
  void check(String queue) {
    if (delay != null && at != null) {
      throw new IllegalArgumentException("expected --delay or --at, found both");
    }
    if (uniqueKey == null && (uniquePolicy != null || uniqueWindow != null || uniqueUntilEnd)) {
      throw new IllegalArgumentException(
          "--unique, --unique-window and --unique-until-end say how --unique-key is meant: name a"
              + " key");
    }
    var unused = job(queue, null);
  }

  /** The job with this payload. */
  Job job(String queue, @Nullable Object payload) {
    return job(queue, payload, null);
  }

  /** The job with this payload, of this batch; null for none. */
  Job job(String queue, @Nullable Object payload, @Nullable String batch) {
    return Job.of(type, payload)
        .batchId(batch)
        .id(id)
        .queue(queue)
        .key(key)
        .priority(priority)
        .timeout(timeout)
        .schedule(schedule())
        .unique(unique())
        .metadata(metadata)
        .build();
  }

  /** The task with this payload, for who waits for its outcome. */
  Task task(String queue, @Nullable Object payload) {
    Task task =
        Task.of(type)
            .payload(payload)
            .id(id)
            .queue(queue)
            .key(key)
            .priority(priority)
            .timeout(timeout);
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      task = task.metadata(entry.getKey(), entry.getValue());
    }
    return task;
  }

  private @Nullable Unique unique() {
    if (uniqueKey == null) {
      return null;
    }
    return new Unique(
        uniqueKey,
        uniquePolicy == null ? Unique.Policy.FIRST : uniquePolicy,
        uniqueWindow == null ? Unique.DEFAULT_WINDOW : uniqueWindow,
        uniqueUntilEnd);
  }

  private static final class PolicyConverter implements ITypeConverter<Unique.Policy> {
    @Override
    public Unique.Policy convert(String text) {
      return Unique.Policy.parse(text);
    }
  }

  private @Nullable Schedule schedule() {
    if (delay != null) {
      return Schedule.after(delay);
    }
    return at == null ? null : Schedule.at(at);
  }
}
