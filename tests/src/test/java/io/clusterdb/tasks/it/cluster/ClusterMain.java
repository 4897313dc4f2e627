package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.client.TasksRuntime;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The cluster for people: {@code [DIRECTORY]}. Starts it, says where everything is, and does to it
 * what lines of its input say, until that ends.
 */
final class ClusterMain {
  private static final String HELP =
      """
      list                 processes, their pids and folders
      load | quiet         users at work, or not
      kill NAME            kill -9
      freeze NAME          kill -STOP, and: thaw NAME
      stop NAME            SIGTERM
      start NAME           again; worker-5 to worker-8 are spare
      wipe NAME            kill -9, and delete what it keeps
      skew NAME MILLIS     set its clock off
      delay MILLIS         slow network of worker-1
      cut | heal           network of worker-1
      quit
      """;

  private final Cluster cluster;
  private final TasksRuntime tasks;
  private @org.jspecify.annotations.Nullable Load load;

  private ClusterMain(Cluster cluster, TasksRuntime tasks) {
    this.cluster = cluster;
    this.tasks = tasks;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory =
        arguments.length > 0
            ? Files.createDirectories(Path.of(arguments[0])).toAbsolutePath()
            : Files.createTempDirectory("tasks-cluster-");
    try (Cluster cluster = Cluster.start(directory, Cluster.Shape.full());
        TasksRuntime tasks = cluster.connect()) {
      Load.prepare(tasks);
      cluster.startServices();
      ClusterMain main = new ClusterMain(cluster, tasks);
      main.list();
      System.out.println("\nexport TASKS_BOOTSTRAP=" + cluster.bootstrap() + "\n\n" + HELP);
      main.obey();
    }
  }

  private void list() {
    for (ClusterProcess process : cluster.processes()) {
      System.out.printf(
          "%-15s %-8s %s%n",
          process.name(), process.alive() ? process.pid() : "-", process.directory());
    }
  }

  private void obey() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] word = line.trim().split(" +", -1);
      if (word[0].equals("quit")) {
        break;
      }
      try {
        obey(word);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        System.out.println(e.getMessage() + "\n" + HELP);
      }
    }
    quiet();
  }

  private void obey(String[] word) throws Exception {
    switch (word[0]) {
      case "list" -> list();
      case "load" -> {
        quiet();
        load = new Load(tasks, new Ledger(), System.nanoTime(), 6, 500, 60_000).start();
      }
      case "quiet" -> quiet();
      case "kill" -> cluster.process(word[1]).kill();
      case "freeze" -> cluster.process(word[1]).freeze();
      case "thaw" -> cluster.process(word[1]).thaw();
      case "stop" -> cluster.process(word[1]).terminate(Duration.ofMinutes(1));
      case "start" -> cluster.process(word[1]).start();
      case "wipe" -> {
        cluster.process(word[1]).kill();
        cluster.process(word[1]).wipe();
      }
      case "skew" ->
          SkewedClock.set(cluster.process(word[1]).directory(), Integer.parseInt(word[2]));
      case "delay" -> cluster.delay(Integer.parseInt(word[1]));
      case "cut" -> cluster.cut(true);
      case "heal" -> cluster.cut(false);
      default -> System.out.println(HELP);
    }
  }

  private void quiet() throws InterruptedException {
    if (load != null) {
      load.close();
      load = null;
    }
  }
}
