package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Unique.Policy;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys.Ask;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys.Decision;
import io.clusterdb.tasks.streams.TurnBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs that ask, some twice, or are cancelled, ends that are told or lost, turns, transactions that
 * abort, owners that change, a clock that is set back. Each job ends in exactly one way, and no two
 * hold a key.
 */
class UniqueKeysSimulationTest {
  private static final int KEYS = 5;

  private final MemoryDueStore store = new MemoryDueStore();
  private final List<Runnable> inTransaction = new ArrayList<>();
  private final Set<String> asked = new TreeSet<>();
  private final Set<String> ran = new TreeSet<>();
  private final Set<String> ended = new TreeSet<>();
  private final Map<String, Ask> asks = new TreeMap<>();

  /** Until when each key was last promised to somebody who does not wait, by job. */
  private final Map<String, Promise> promises = new HashMap<>();

  private UniqueKeys keys = fresh();
  private long now = 1_000;

  /** The latest time that was seen: what has ended by then stays so when the clock is set back. */
  private long latest = now;

  private int names;

  private record Promise(String id, long until) {}

  private UniqueKeys fresh() {
    return new UniqueKeys(store, new DueQueue(store));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyJobEndsInOneWayAndNoTwoHoldAKey(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 5_000; step++) {
      int action = random.nextInt(1_000);
      if (action < 400) {
        ask(newAsk(random));
      } else if (action < 450 && !asks.isEmpty()) {
        askAgain(random);
      } else if (action < 520) {
        release(random);
      } else if (action < 550 && !asks.isEmpty()) {
        cancel(random);
      } else if (action < 700) {
        keys.turn(now, jobs(1 + random.nextInt(5)), this::leave);
        commit();
      } else if (action < 940) {
        now += random.nextInt(60);
        latest = Math.max(latest, now);
        commit();
      } else if (action < 960) {
        abort();
      } else if (action < 980) {
        commit();
        keys = fresh();
      } else {
        now -= random.nextInt(100);
      }
    }
    finish();
    Set<String> both = new TreeSet<>(ran);
    both.addAll(ended);
    assertThat(both).as("seed %d", seed).isEqualTo(asked);
    assertThat(ran.size() + ended.size())
        .as("each in one way, seed %d", seed)
        .isEqualTo(asked.size());
    assertThat(ran).as("some ran, seed %d", seed).isNotEmpty();
    assertThat(ended).as("some did not, seed %d", seed).isNotEmpty();
    assertThat(store.holders()).as("holders left behind, seed %d", seed).isZero();
    assertThat(store.size()).as("entries left behind, seed %d", seed).isZero();
  }

  private Ask newAsk(Random random) {
    String id = "job-" + names++;
    Policy policy = List.of(Policy.FIRST, Policy.REPLACE, Policy.REJECT).get(random.nextInt(3));
    return new Ask("q/" + random.nextInt(KEYS), id, "run", policy, 1 + random.nextInt(300));
  }

  private void ask(Ask ask) {
    Decision decision = keys.ask(ask, ask.id().getBytes(StandardCharsets.UTF_8), now);
    inTransaction.add(
        () -> {
          asked.add(ask.id());
          asks.put(ask.id(), ask);
        });
    switch (decision) {
      case Decision.Again again -> throw new AssertionError(ask + " asks for the first time");
      case Decision.Held held -> {
        assertThat(held.holder().id()).isNotEqualTo(ask.id());
        ends(ask.id());
      }
      case Decision.Admit admit -> {
        Promise promise = promises.get(ask.key());
        assertThat(promise == null ? 0 : promise.until())
            .as("end of the last hold of %s, which %s is admitted to", ask.key(), ask)
            .isLessThanOrEqualTo(latest);
        if (admit.replaced() != null) {
          assertThat(admit.replacedJob()).as("what waited").isNotNull();
          ends(admit.replaced().id());
        }
        if (!admit.holder().waits()) {
          runs(ask.id());
          promise(ask.key(), new Promise(ask.id(), now + ask.windowMs()));
        }
      }
    }
  }

  private void askAgain(Random random) {
    List<Ask> all = new ArrayList<>(asks.values());
    Ask ask = all.get(random.nextInt(all.size()));
    KeyHolder holder = store.holder(ask.key());
    if (holder != null && holder.id().equals(ask.id())) {
      assertThat(keys.ask(ask, new byte[0], now)).isInstanceOf(Decision.Again.class);
    }
  }

  private void release(Random random) {
    String key = "q/" + random.nextInt(KEYS);
    Promise promise = promises.get(key);
    if (promise == null || random.nextInt(3) == 0) {
      keys.release(key, "another-run");
      return;
    }
    keys.release(key, "run");
    KeyHolder left = store.holder(key);
    if (left == null) {
      promise(key, null);
    }
  }

  /** Only what waits can be cancelled, and then it ends in this way. */
  private void cancel(Random random) {
    List<Ask> all = new ArrayList<>(asks.values());
    Ask ask = all.get(random.nextInt(all.size()));
    byte[] job = keys.cancel(ask.id(), stored -> true);
    if (job != null) {
      assertThat(new String(job, StandardCharsets.UTF_8)).isEqualTo(ask.id());
      assertThat(ask.policy()).isEqualTo(Policy.REPLACE);
      ends(ask.id());
    }
  }

  private void promise(String key, @Nullable Promise next) {
    Promise before = promises.get(key);
    if (next == null) {
      promises.remove(key);
    } else {
      promises.put(key, next);
    }
    undo.add(
        0,
        () -> {
          if (before == null) {
            promises.remove(key);
          } else {
            promises.put(key, before);
          }
        });
  }

  private final List<Runnable> undo = new ArrayList<>();

  private long leave(byte[] job) {
    runs(new String(job, StandardCharsets.UTF_8));
    return DueQueue.Exit.GONE;
  }

  private void runs(String id) {
    inTransaction.add(() -> assertThat(ran.add(id)).as("first start of %s", id).isTrue());
  }

  private void ends(String id) {
    inTransaction.add(() -> assertThat(ended.add(id)).as("first end of %s", id).isTrue());
  }

  private void commit() {
    store.commit();
    inTransaction.forEach(Runnable::run);
    inTransaction.clear();
    undo.clear();
  }

  private void abort() {
    store.abort();
    undo.forEach(Runnable::run);
    undo.clear();
    inTransaction.clear();
    keys = fresh();
  }

  private void finish() {
    commit();
    now += 1_000_000;
    DueQueue times = new DueQueue(store);
    keys = new UniqueKeys(store, times);
    while (keys.turn(now, jobs(100), this::leave)) {
      commit();
    }
    commit();
    times.sweep(jobs(1_000_000));
  }

  private static TurnBudget jobs(int count) {
    return new TurnBudget(count, Long.MAX_VALUE, () -> 0);
  }
}
