package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.KafkaTasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * An orchestrator in a process of its own, with the settings that ship. Arguments: bootstrap, state
 * directory, days that its clock is ahead. Prints a line when it works; each line of its input asks
 * for the heap that is in use after a collection and the heap that is committed, in MB.
 */
final class OrchestratorFork {
  /** As ./tasks orchestrator. */
  private static final String HEAP = "512m";

  private static final double MB = 1 << 20;
  private static final String COLLECTOR = "-XX:+UseParallelGC";

  private OrchestratorFork() {}

  /** Starts one and waits until it works. */
  static Fork start(String bootstrap, Path state) throws Exception {
    return start(bootstrap, state, 0);
  }

  /** As {@link #start(String, Path)}, with a clock that is so many days ahead. */
  static Fork start(String bootstrap, Path state, int daysLater) throws Exception {
    Fork fork =
        Fork.start(
            OrchestratorFork.class,
            HEAP,
            COLLECTOR,
            List.of(bootstrap, state.toString(), Integer.toString(daysLater)));
    fork.line();
    return fork;
  }

  /** What it needs now, after a collection. */
  static Memory memory(Fork fork) throws Exception {
    fork.send("heap");
    String[] heap = fork.line().split(" ", -1);
    return new Memory(
        Double.parseDouble(heap[0]), Double.parseDouble(heap[1]), fork.residentMegabytes());
  }

  /**
   * Memory in MB.
   *
   * @param used of the heap
   * @param committed for the heap, whether used or not
   * @param resident of the process, the committed heap included
   */
  record Memory(double used, double committed, long resident) {}

  /** The settings that ship, unless BENCH_OPTS says -Dbench.threads. */
  private static OrchestratorSettings settings(Path state) {
    OrchestratorSettings shipped = OrchestratorSettings.DEFAULT.stateDir(state);
    return shipped.threads(Integer.getInteger("bench.threads", shipped.threads()));
  }

  public static void main(String[] arguments) throws Exception {
    TasksConfig config =
        TasksConfig.of(arguments[0]).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    Duration later = Duration.ofDays(Integer.parseInt(arguments[2]));
    InstantSource clock = () -> InstantSource.system().instant().plus(later);
    try (Tasks tasks = KafkaTasks.connect(config, clock, new SecureRandom());
        OrchestratorService orchestrator =
            OrchestratorService.start(TasksRuntime.of(tasks), settings(Path.of(arguments[1])))) {
      if (!orchestrator.awaitReady(Duration.ofMinutes(10))) {
        throw new IllegalStateException("the orchestrator does not start");
      }
      System.out.println(orchestrator.api());
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (input.readLine() != null) {
        System.gc();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        System.out.println(heap.getUsed() / MB + " " + heap.getCommitted() / MB);
      }
    }
  }
}
