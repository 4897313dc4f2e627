package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.it.cluster.FaultPlan.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Does to a cluster what a plan says, and starts what ended by itself, as an init system would. */
final class FaultRunner implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(60);

  /** A broker that is back has all that it missed within this. */
  private static final Duration IN_SYNC = Duration.ofMinutes(3);

  private final Cluster cluster;
  private final Load load;
  private final List<String> surprises = new CopyOnWriteArrayList<>();
  private final Thread supervisor;
  private volatile boolean open = true;

  /**
   * What was done.
   *
   * @param fault the fault
   * @param began monotonic nanoseconds
   * @param healed likewise, when everything worked again
   */
  record Done(Fault fault, long began, long healed) {}

  FaultRunner(Cluster cluster, Load load) {
    this.cluster = cluster;
    this.load = load;
    supervisor = Thread.ofPlatform().name("supervisor").start(this::supervise);
  }

  /** Processes that ended though nothing was done to them. */
  List<String> surprises() {
    return surprises;
  }

  List<Done> run(FaultPlan plan, Duration limit) throws Exception {
    long until = System.nanoTime() + limit.toNanos();
    List<Done> all = new ArrayList<>();
    for (Step step : plan.faults()) {
      if (System.nanoTime() > until) {
        break;
      }
      long began = System.nanoTime();
      System.err.println("Cluster: " + step.fault());
      inflict(step.fault());
      all.add(new Done(step.fault(), began, System.nanoTime()));
      pause(step.restMs());
    }
    return all;
  }

  private void inflict(Fault fault) throws Exception {
    switch (fault) {
      case Fault.Kill(String name, int downMs) -> {
        ClusterProcess process = cluster.process(name);
        process.kill();
        pause(downMs);
        begin(process);
      }
      case Fault.Freeze(String name, int forMs) -> {
        cluster.process(name).freeze();
        pause(forMs);
        cluster.process(name).thaw();
        healed(cluster.process(name));
      }
      case Fault.Restart(String name) -> restart(cluster.process(name));
      case Fault.Wipe(String name) -> {
        ClusterProcess process = cluster.process(name);
        process.kill();
        process.wipe();
        begin(process);
      }
      case Fault.Skew(String name, int offsetMs, int forMs) -> {
        SkewedClock.set(cluster.process(name).directory(), offsetMs);
        pause(forMs);
        SkewedClock.set(cluster.process(name).directory(), 0);
      }
      case Fault.Slow(int delayMs, int forMs) -> {
        cluster.delay(delayMs);
        pause(forMs);
        cluster.delay(0);
      }
      case Fault.Cut(int forMs) -> {
        cluster.cut(true);
        pause(forMs);
        cluster.cut(false);
      }
      case Fault.RollAll() -> rollAll();
      case Fault.Scale(int workers) -> scale(workers);
      case Fault.Remake() -> load.remake();
      case Fault.Upgrade(String name) -> {
        ClusterProcess process = cluster.process(name);
        stop(process);
        process.classPath(System.getProperty("java.class.path"));
        begin(process);
      }
    }
  }

  private void rollAll() throws Exception {
    List<String> names = new ArrayList<>(cluster.members().brokerNames());
    names.addAll(cluster.members().services());
    names.addAll(cluster.members().workers());
    for (String name : names) {
      restart(cluster.process(name));
      pause(1_000);
    }
  }

  private void scale(int most) throws Exception {
    List<ClusterProcess> others =
        java.util.stream.IntStream.rangeClosed(2, most)
            .mapToObj(number -> cluster.process("worker-" + number))
            .toList();
    int usual = cluster.members().workers().size();
    stop(others);
    pause(3_000);
    for (ClusterProcess each : others) {
      begin(each);
    }
    pause(8_000);
    stop(others);
    pause(3_000);
    for (ClusterProcess each : others.subList(0, usual - 1)) {
      begin(each);
    }
  }

  private void stop(List<ClusterProcess> all) throws InterruptedException {
    for (ClusterProcess each : all) {
      stop(each);
    }
  }

  private void stop(ClusterProcess process) throws InterruptedException {
    if (!process.terminate(STOP)) {
      surprises.add(process.name() + " did not close and end within " + STOP.toSeconds() + " s");
    }
  }

  private void restart(ClusterProcess process) throws Exception {
    stop(process);
    begin(process);
  }

  private void begin(ClusterProcess process) throws Exception {
    process.start();
    Cluster.awaitReady(process);
    healed(process);
  }

  /** Three brokers stand one lost at a time: the next has to wait for what this one missed. */
  private void healed(ClusterProcess process) throws InterruptedException {
    if (process.name().startsWith("broker") && !cluster.awaitInSync(IN_SYNC)) {
      surprises.add(process.name() + " had not caught up after " + IN_SYNC.toSeconds() + " s");
    }
  }

  private static void pause(int millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
  }

  private void supervise() {
    while (open) {
      try {
        for (ClusterProcess process : cluster.processes()) {
          if (process.endedByItself() && open) {
            surprises.add(process.name() + " ended by itself; see " + process.log());
            process.start();
          }
        }
        pause(300);
      } catch (IOException e) {
        surprises.add("a process could not be started: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Starts nothing more. */
  @Override
  public void close() throws InterruptedException {
    open = false;
    supervisor.join();
  }
}
