package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.bench.TurnsWorker.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * What something costs a worker: one process has turns of a queue with it and of a queue without,
 * so that what is compiled, collected and cached is the same for both, and a slow minute of the
 * machine is of neither alone. The turns that warm it up are like those that count, as code that
 * was compiled for other jobs would be compiled once more.
 */
final class Turns {
  private final String bootstrap;
  private final Results results;

  /** Puts jobs into a queue. */
  interface Filler {
    /**
     * Puts them there.
     *
     * @param count how many
     */
    void fill(String queue, int count) throws Exception;
  }

  Turns(String bootstrap, Results results) {
    this.bootstrap = bootstrap;
    this.results = results;
  }

  /**
   * Adds the result.
   *
   * @param what {@code metrics}, or the collector of traces
   * @param warm jobs of each queue that are not measured
   * @param jobs of a turn
   * @param runs turns of each queue that count
   */
  void measure(String name, String what, Filler filler, int warm, int jobs, int runs)
      throws Exception {
    List<Turn> with = new ArrayList<>();
    List<Turn> without = new ArrayList<>();
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      List<String> queues = List.of(paused(tasks, "turns-with"), paused(tasks, "turns-without"));
      try (Fork worker = TurnsWorker.fork(bootstrap, queues, what)) {
        for (int i = -warm / jobs; i < runs; i++) {
          for (int side = 0; side < 2; side++) {
            filler.fill(queues.get(side), jobs);
            Turn turn = turn(tasks, worker, queues.get(side), jobs);
            if (i >= 0) {
              (side == 0 ? with : without).add(turn);
            }
          }
        }
      }
      queues.forEach(tasks.queues()::deleteQueue);
    }
    add(name, with, without);
  }

  private static String paused(Tasks tasks, String queue) {
    tasks.queues().createQueue(Queue.named(queue).concurrency(100).build());
    tasks.queues().pause(queue);
    return queue;
  }

  private static Turn turn(Tasks tasks, Fork worker, String queue, int jobs) throws Exception {
    worker.send(Integer.toString(jobs));
    String unused = worker.line(); // it counts
    tasks.queues().resume(queue);
    Turn turn = Turn.of(worker);
    tasks.queues().pause(queue); // the other's turn is long enough for the worker to hear of it
    return turn;
  }

  private void add(String name, List<Turn> with, List<Turn> without) {
    long lost = with.stream().mapToLong(Turn::lostSpans).sum();
    results.cost(
        name,
        with.stream().map(Turn::figures).toList(),
        without.stream().map(Turn::figures).toList(),
        ", compilers had %.0f %% of a processor beside %.0f %%%s"
            .formatted(
                100 * compilers(with),
                100 * compilers(without),
                lost == 0 ? "" : ", %,d spans lost".formatted(lost)));
  }

  private static double compilers(List<Turn> turns) {
    return Results.median(turns.stream().map(Turn::compilers).toList());
  }
}
