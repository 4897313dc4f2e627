package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.NamedError;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts the attempts that a worker has run, by how they ended. Thread-safe. */
final class AttemptCounts implements Middleware {
  private final LongAdder succeeded = new LongAdder();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  @Override
  public @Nullable Object handle(JobContext context, Next next) throws Exception {
    try {
      @Nullable Object result = next.run();
      succeeded.increment();
      return result;
    } catch (Throwable e) {
      failures.computeIfAbsent(NamedError.typeOf(e), type -> new LongAdder()).increment();
      throw e;
    }
  }

  /** Attempts that ended well. */
  long succeeded() {
    return succeeded.sum();
  }

  /** Attempts that did not. */
  long failed() {
    return failures.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Failed attempts by the type of their error. */
  Map<String, Long> failures() {
    Map<String, Long> counts = new TreeMap<>();
    failures.forEach((type, count) -> counts.put(type, count.sum()));
    return counts;
  }

  @Override
  public String toString() {
    String types =
        failures().entrySet().stream()
            .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ", " (", ")"));
    return "%,d attempts succeeded, %,d failed%s"
        .formatted(succeeded(), failed(), failed() == 0 ? "" : types);
  }
}
