package io.clusterdb.tasks.it.cluster;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a run of faults came to, as text. */
final class ClusterReport {
  private static final long SECOND = 1_000_000_000L;
  private static final int LONGEST = 10;

  private final StringBuilder text = new StringBuilder();

  ClusterReport line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /** Which kinds of faults there was no time for, if any: the run says nothing of them. */
  ClusterReport notComeTo(FaultPlan plan, List<FaultRunner.Done> faults) {
    Set<String> kinds = new TreeSet<>();
    plan.faults().forEach(step -> kinds.add(what(step.fault())));
    faults.forEach(done -> kinds.remove(what(done.fault())));
    return kinds.isEmpty() ? line("every kind of fault") : line("no time for: " + kinds);
  }

  /** A row for each fault, and the medians of each kind. */
  ClusterReport faults(
      List<FaultRunner.Done> faults, Timeline timeline, Readers readers, Cpu cpu, long start) {
    Map<String, List<double[]>> kinds = new TreeMap<>();
    line(
        "at s   healed after s   jobs wait s   runs wait s   timed late s   readers held s   cpu"
            + " %   fault");
    for (FaultRunner.Done done : faults) {
      double[] row = {
        (done.healed() - done.began()) / (double) SECOND,
        timeline.jobsWaited(done.began(), done.healed()),
        timeline.runsWaited(done.began(), done.healed()),
        timeline.latest(done.began(), done.healed()),
        readers.held(done.began(), done.healed()),
        cpu.percent(done.began(), done.healed() + 10 * SECOND)
      };
      line(
          "%4d   %14.1f   %11.1f   %11.1f   %12.1f   %14.1f   %5.0f   %s"
              .formatted(
                  (done.began() - start) / SECOND,
                  row[0],
                  row[1],
                  row[2],
                  row[3],
                  row[4],
                  row[5],
                  done.fault()));
      kinds.computeIfAbsent(kind(done.fault()), any -> new ArrayList<>()).add(row);
    }
    line("");
    line(
        "medians by kind: number, healed after s, jobs wait s, runs wait s, timed late s,"
            + " readers held s, cpu %");
    kinds.forEach(
        (kind, rows) ->
            line(
                "%-36s %2d   %5.1f  %5.1f  %5.1f  %5.1f  %5.1f  %3.0f"
                    .formatted(
                        kind,
                        rows.size(),
                        median(rows, 0),
                        median(rows, 1),
                        median(rows, 2),
                        median(rows, 3),
                        median(rows, 4),
                        median(rows, 5))));
    return this;
  }

  /** The jobs that waited longest, by which the logs say why. */
  ClusterReport longest(Timeline timeline, long start) {
    line("").line("waited longest: job, for s, from s");
    for (Timeline.Wait wait : timeline.longestJobs(LONGEST)) {
      line(
          "%-16s %6.1f  %4d"
              .formatted(
                  wait.id(), wait.nanos() / (double) SECOND, (wait.asked() - start) / SECOND));
    }
    return this;
  }

  private static String kind(Fault fault) {
    boolean atOnce = fault instanceof Fault.Kill(String process, int downMs) && downMs < 1_000;
    return what(fault) + (atOnce ? ", back at once" : "");
  }

  private static String what(Fault fault) {
    String kind = fault.getClass().getSimpleName();
    return switch (fault) {
      case Fault.Kill(String process, int downMs) -> kind + " " + role(process);
      case Fault.Freeze(String process, int forMs) -> kind + " " + role(process);
      case Fault.Restart(String process) -> kind + " " + role(process);
      case Fault.Wipe(String process) -> kind + " " + role(process);
      default -> kind;
    };
  }

  private static String role(String process) {
    return process.replaceAll("-\\d+$", "");
  }

  static double median(List<double[]> rows, int column) {
    List<Double> sorted = rows.stream().map(row -> row[column]).sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Prints it, and writes it to a file. */
  void publish(Path file) throws java.io.IOException {
    System.err.println(text);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
