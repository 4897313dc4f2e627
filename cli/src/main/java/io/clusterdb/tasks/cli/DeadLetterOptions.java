package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadLetterFilter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which dead letters are meant. */
final class DeadLetterOptions {
  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The job of this id, every run of it that ended here; may be repeated.")
  private List<String> ids = List.of();

  @Option(names = "--type", paramLabel = "T", description = "Jobs of this type; may be repeated.")
  private List<String> types = List.of();

  @Option(
      names = "--error",
      paramLabel = "E",
      description = "Jobs whose last attempt failed with this error type; may be repeated.")
  private List<String> errors = List.of();

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "Jobs that failed within this time, such as 1h.")
  private @Nullable Duration since;

  /** Ids that were named. */
  List<String> ids() {
    return ids;
  }

  /** Whether any option narrows it down. */
  boolean any() {
    return !ids.isEmpty() || !types.isEmpty() || !errors.isEmpty() || since != null;
  }

  /** Those that fit every option; all where there is none. */
  DeadLetterFilter filter(InstantSource clock) {
    return DeadLetterFilter.ALL
        .ids(ids)
        .types(types)
        .errors(errors)
        .since(since == null ? null : clock.instant().minus(since));
  }
}
