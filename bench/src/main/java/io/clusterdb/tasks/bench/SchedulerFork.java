package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.topology.TurnSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A scheduler in a process of its own, with the settings that ship. Arguments: bootstrap, state
 * directory, standby replicas. Prints a line when it works; each line of its input asks for the
 * heap that is in use after a collection, in MB.
 */
final class SchedulerFork {
  private static final String HEAP = "256m"; // as ./tasks scheduler

  private SchedulerFork() {}

  /** Starts one and waits until it works. */
  static Fork start(String bootstrap, Path state) throws Exception {
    return start(bootstrap, state, 0);
  }

  /** Starts one of several that keep so many copies of each store, and waits until it works. */
  static Fork start(String bootstrap, Path state, int standbyReplicas) throws Exception {
    Fork fork =
        Fork.start(
            SchedulerFork.class,
            HEAP,
            List.of(bootstrap, state.toString(), Integer.toString(standbyReplicas)));
    fork.line();
    return fork;
  }

  /** The heap that it uses, in MB. */
  static double heapMegabytes(Fork fork) throws Exception {
    fork.send("heap");
    return Double.parseDouble(fork.line());
  }

  /** The settings that ship, unless BENCH_OPTS says -Dbench.threads, bench.jobs or bench.ms. */
  private static SchedulerSettings settings() {
    SchedulerSettings shipped = SchedulerSettings.DEFAULT;
    TurnSettings turns = shipped.turns();
    return shipped
        .threads(Integer.getInteger("bench.threads", shipped.threads()))
        .turns(
            new TurnSettings(
                turns.gridMs(),
                Integer.getInteger("bench.jobs", turns.turnJobs()),
                Long.getLong("bench.ms", turns.turnMs()),
                turns.clockCheckMs()));
  }

  public static void main(String[] arguments) throws Exception {
    SchedulerSettings settings =
        settings().stateDir(Path.of(arguments[1])).standbyReplicas(Integer.parseInt(arguments[2]));
    try (Tasks tasks = Tasks.connect(arguments[0]);
        SchedulerService scheduler = SchedulerService.start(TasksRuntime.of(tasks), settings)) {
      if (!scheduler.awaitReady(Duration.ofMinutes(5))) {
        throw new IllegalStateException("the scheduler does not start");
      }
      System.out.println("ready");
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (input.readLine() != null) {
        System.gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        System.out.println(used / 1048576.0);
      }
    }
  }
}
