package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.TurnBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs, turns, sweeps, transactions that abort, owners that change, a clock that is set back. */
class DueQueueSimulationTest {
  private final Map<String, Long> dueOf = new HashMap<>();
  private final Map<String, Long> waiting = new HashMap<>();
  private final Map<String, Long> leftAt = new HashMap<>();
  private final List<Runnable> inTransaction = new ArrayList<>();
  private final MemoryDueStore store = new MemoryDueStore();
  private DueQueue queue = new DueQueue(store);
  private long now = 1_000;
  private int names;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyJobLeavesOnceAndNeverEarly(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 8_000; step++) {
      int action = random.nextInt(1_000);
      if (action < 500) {
        add(random);
      } else if (action < 700) {
        turn(random);
      } else if (action < 750) {
        queue.sweep(jobs(random.nextInt(50)));
      } else if (action < 760) {
        burst(random);
      } else if (action < 960) {
        now += random.nextInt(40);
        commit();
      } else if (action < 975) {
        abort();
      } else if (action < 985) {
        commit();
        queue = new DueQueue(store);
      } else {
        now -= random.nextInt(200);
      }
    }
    finish();
    assertThat(leftAt.keySet()).as("seed %d", seed).isEqualTo(dueOf.keySet());
    assertThat(store.size()).as("entries left behind, seed %d", seed).isZero();
  }

  private void add(Random random) {
    long due = now + 1 + random.nextInt(500);
    String id = "job-" + names++;
    queue.add(due, id, "run", id.getBytes(StandardCharsets.UTF_8));
    waiting.put(id, due);
    inTransaction.add(() -> dueOf.put(id, due));
  }

  private void burst(Random random) {
    long before = now;
    now += random.nextInt(20);
    for (int i = 0; i < 150; i++) {
      add(new Random(random.nextInt(3)));
    }
    now = before;
  }

  private void turn(Random random) {
    int most = 1 + random.nextInt(200);
    queue.turn(now, jobs(most), job -> leave(job, random.nextInt(10) == 0));
    commit();
  }

  private long leave(byte[] job, boolean refused) {
    String id = new String(job, StandardCharsets.UTF_8);
    long due = waiting.getOrDefault(id, Long.MAX_VALUE);
    assertThat(now).as("time at which %s leaves", id).isGreaterThanOrEqualTo(due);
    if (refused) {
      waiting.put(id, now + 30);
      return now + 30;
    }
    inTransaction.add(
        () -> assertThat(leftAt.put(id, now)).as("earlier departure of %s", id).isNull());
    return DueQueue.Exit.GONE;
  }

  private void commit() {
    store.commit();
    inTransaction.forEach(Runnable::run);
    inTransaction.clear();
  }

  /** What was added comes again, as a source's records do; what left has not left. */
  private void abort() {
    store.abort();
    inTransaction.clear();
    queue = new DueQueue(store);
  }

  private void finish() {
    commit();
    now += 1_000_000;
    while (queue.turn(now, jobs(100), job -> leave(job, false))) {
      commit();
    }
    queue.sweep(jobs(1_000_000));
    commit();
  }

  private static TurnBudget jobs(int count) {
    return new TurnBudget(count, Long.MAX_VALUE, () -> 0);
  }
}
