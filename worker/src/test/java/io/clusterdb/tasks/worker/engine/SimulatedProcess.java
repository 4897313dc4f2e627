package io.clusterdb.tasks.worker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A worker process with several queues, each of which has an owner thread, and a clock that its
 * steps move.
 */
final class SimulatedProcess {
  /** Steps that settlements take at most between which nothing starts. */
  static final int SLACK = 1_500;

  private final Random random;
  private final Turns turns;
  private final List<SimulatedWorker> queues = new ArrayList<>();

  /** Another queue, of which it has no partition: it never has anything to commit. */
  private final Admission<SimulatedWorker.Task> idleQueue;

  private long steps;
  private long longestRun;

  /**
   * @param firstTurn steps of the first turn of a suspect
   */
  SimulatedProcess(Random random, int queues, int maxCrashes, int keys, long firstTurn) {
    this.random = random;
    this.turns = new Turns(() -> steps, firstTurn);
    Exclusive exclusive = new Exclusive(turns);
    for (int i = 0; i < queues; i++) {
      this.queues.add(new SimulatedWorker(this, exclusive, random, maxCrashes, keys));
    }
    this.idleQueue = new Admission<>(new SimulatedDispatch(random, 0, of -> false), exclusive);
  }

  /** The partitions that it owns, of all queues. */
  List<SimulatedWorker.Owned> owned() {
    return queues.stream().flatMap(queue -> queue.owned.values().stream()).toList();
  }

  /** The logs of its partitions. */
  List<SimulatedLog> logs() {
    return owned().stream().map(partition -> partition.log).toList();
  }

  boolean owns(SimulatedLog log) {
    return queues.get(log.queue).owned.containsKey(log);
  }

  void take(SimulatedLog log) {
    queues.get(log.queue).take(log);
  }

  boolean canRelease(SimulatedLog log) {
    return queues.get(log.queue).canRelease();
  }

  void release(SimulatedLog log) {
    queues.get(log.queue).release(log);
  }

  void lose(SimulatedLog log) {
    queues.get(log.queue).lose(log);
  }

  /** Takes a step; returns the partition whose killer ended the process, or null. */
  @Nullable SimulatedLog step() {
    steps++;
    if (random.nextInt(8) == 0) {
      boolean unused = idleQueue.advanceSuspects(List.of(), true);
    }
    SimulatedWorker queue = queues.get(random.nextInt(queues.size()));
    return queue.step();
  }

  /** Lets go on what waits for nobody, when no job is left. */
  void settleDown() {
    queues.forEach(SimulatedWorker::settleDown);
  }

  /** Keys that jobs hold. */
  int heldKeys() {
    return queues.stream().mapToInt(SimulatedWorker::heldKeys).sum();
  }

  /** Whether a handler goes on whose partition has left. */
  boolean lingers() {
    return queues.stream().anyMatch(SimulatedWorker::lingers);
  }

  long steps() {
    return steps;
  }

  /** A job has run for so many steps. */
  void ran(long runSteps) {
    longestRun = Math.max(longestRun, runSteps);
  }

  /** For how many steps a job has run at most. */
  long longestRun() {
    return longestRun;
  }

  /** Steps for which nothing but a suspect may start at most. */
  long longestHold() {
    int overruns = 0;
    for (SimulatedLog log : logs()) {
      Holes holes = log.committed().holes();
      for (int i = 0; i < holes.size(); i++) {
        overruns = Math.max(overruns, holes.overruns(i));
      }
    }
    return turns.first() + 2 * turns.next(overruns) + (long) SLACK * queues.size();
  }
}
