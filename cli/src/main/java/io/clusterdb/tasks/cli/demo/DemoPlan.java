package io.clusterdb.tasks.cli.demo;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.cli.demo.DemoJob.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The jobs of the demonstration.
 *
 * @param jobs all of them, in the order in which they are enqueued
 */
public record DemoPlan(List<DemoJob> jobs) {
  /** How many jobs there are. */
  public static final int JOBS = 1_000;

  /** How many of them fail at first. */
  public static final int FLAKY = 50;

  /** How many of them fail until their cause is mended. */
  public static final int BROKEN = 5;

  /** How many of them are to wait. */
  public static final int DELAYED = 15;

  private static final Duration DELAY = Duration.ofSeconds(2);

  /** Copies the list. */
  public DemoPlan {
    jobs = List.copyOf(jobs);
  }

  /** Jobs for files in this folder; the priorities go round, so that all lanes fill alike. */
  public static DemoPlan in(Path folder) {
    List<DemoJob> jobs = new ArrayList<>();
    Priority[] lanes = Priority.values();
    for (int i = 0; i < JOBS; i++) {
      Kind kind = kind(i);
      jobs.add(
          new DemoJob(
              "file-%04d".formatted(i),
              kind,
              folder.resolve("file-%04d.bin".formatted(i)),
              lanes[i % lanes.length],
              kind == Kind.DELAYED ? DELAY.plusMillis(100L * (i % DELAYED)) : Duration.ZERO));
    }
    return new DemoPlan(jobs);
  }

  /** The jobs of a kind. */
  public List<DemoJob> of(Kind kind) {
    return jobs.stream().filter(job -> job.kind() == kind).toList();
  }

  /** The jobs by their ids. */
  public Map<String, DemoJob> byId() {
    return jobs.stream().collect(Collectors.toMap(DemoJob::id, Function.identity()));
  }

  private static Kind kind(int i) {
    int from = JOBS - DELAYED;
    if (i >= from) {
      return Kind.DELAYED;
    }
    if (i >= from - BROKEN) {
      return Kind.BROKEN;
    }
    return i % 19 == 0 && i / 19 < FLAKY ? Kind.FLAKY : Kind.PLAIN;
  }
}
