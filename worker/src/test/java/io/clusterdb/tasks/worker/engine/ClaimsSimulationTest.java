package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers that die between any two steps, of killers or from outside, and partitions that move. */
class ClaimsSimulationTest {
  private static final int PARTITIONS = 3;
  private static final int WORKERS = 2;
  private static final int QUEUES = 2;
  private static final int JOBS = 40;

  private final List<SimulatedLog> logs = new ArrayList<>();
  private final List<SimulatedProcess> workers = new ArrayList<>();

  /** Ordering keys of a log; 0 where order does not matter. */
  private int keys;

  /** Steps of a suspect's first turn. */
  private long firstTurn = 1 << 20;

  /** Steps that some jobs run at least. */
  private int slow;

  private long longestRun;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 40);
  }

  /** Where jobs run long, so do simulations. */
  static LongStream fewSeeds() {
    return LongStream.rangeClosed(1, 16);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void findsEveryKillerAndConvictsNobodyElse(long seed) {
    simulate(seed, 3, 0);
    assertOnlyKillersAreDead(seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void convictsNobodyForOneCrashFromOutside(long seed) {
    simulate(seed, 3, 1);
    assertOnlyKillersAreDead(seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void convictsAtTheFirstCrashIfToldSo(long seed) {
    simulate(seed, 1, 0);
    assertOnlyKillersAreDead(seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void losesNothingWhateverCrashes(long seed) {
    int maxCrashes = 2 + (int) (seed % 3);
    simulate(seed, maxCrashes, 40);
    assertDeadForAReason(seed, maxCrashes);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsKeysInOrderAndNeverStandsStillWhateverCrashesOrLeaves(long seed) {
    keys = 1 + (int) (seed % 5);
    simulate(seed, 3, 40);
    for (SimulatedLog log : logs) {
      assertThat(log.dead).as("seed %d", seed).containsAll(log.killers);
    }
  }

  /**
   * Some jobs run for so long that they overrun their turns, killers among them: a process never
   * stands still for them for longer than it takes, and each killer has a turn that is long enough
   * in the end.
   */
  @ParameterizedTest
  @MethodSource("fewSeeds")
  void findsKillersThatKillLateBesideJobsThatRunLong(long seed) {
    firstTurn = 20;
    slow = 1_500;
    simulate(seed, 3, 0);
    assertOnlyKillersAreDead(seed);
  }

  @ParameterizedTest
  @MethodSource("fewSeeds")
  void losesNothingOfJobsThatRunLongWhateverCrashesOrLeaves(long seed) {
    firstTurn = 20;
    slow = 150; // partitions leave every hundred steps or so
    keys = 1 + (int) (seed % 5);
    simulate(seed, 3, 40);
    assertDeadForAReason(seed, 3);
  }

  private void assertOnlyKillersAreDead(long seed) {
    for (SimulatedLog log : logs) {
      assertThat(log.dead).as("seed %d", seed).isEqualTo(log.killers);
    }
  }

  /**
   * A job that is no killer is dead only where crashes from outside hit it alone, over and over.
   */
  private void assertDeadForAReason(long seed, int maxCrashes) {
    for (SimulatedLog log : logs) {
      assertThat(log.dead).as("seed %d", seed).containsAll(log.killers);
      for (long job : log.dead) {
        assertThat(log.killers.contains(job) || hits(log, job) >= maxCrashes - 1)
            .as("job %d is dead for a reason, seed %d", job, seed)
            .isTrue();
      }
    }
  }

  private void simulate(long seed, int maxCrashes, int crashesFromOutside) {
    Random random = new Random(seed);
    for (int i = 0; i < PARTITIONS; i++) {
      logs.add(new SimulatedLog(i % QUEUES));
    }
    int outside = crashesFromOutside;
    int killersLeft = random.nextInt(7);
    for (int step = 0; !done() || step < 5_000; step++) {
      assertThat(step).as("steps of seed %d", seed).isLessThan(300_000);
      if (step % 20 == 0) {
        killersLeft -= append(random, killersLeft);
      }
      assign(random, maxCrashes);
      SimulatedProcess worker = workers.get(random.nextInt(workers.size()));
      if (worker.logs().isEmpty()) {
        continue;
      }
      longestRun = Math.max(longestRun, worker.longestRun());
      if (outside > 0 && random.nextInt(200) == 0) {
        outside--;
        SimulatedLog log = any(worker, random);
        if (keys > 0 && worker.canRelease(log) && random.nextBoolean()) {
          lose(worker, log);
        } else {
          crash(worker, null);
        }
      } else if (random.nextInt(keys > 0 ? 100 : 500) == 0) {
        SimulatedLog log = any(worker, random);
        if (worker.canRelease(log)) {
          worker.release(log);
        }
      } else {
        SimulatedLog killed = worker.step();
        if (killed != null) {
          longestRun = Math.max(longestRun, worker.longestRun());
          assertThat(killed.kills.values())
              .as("seed %d", seed)
              .allMatch(k -> k <= most(maxCrashes));
          crash(worker, killed);
        }
      }
    }
    for (SimulatedLog log : logs) {
      assertThat(log.succeeded).noneMatch(log.killers::contains);
    }
    for (SimulatedProcess worker : workers) {
      worker.settleDown();
      assertThat(worker.heldKeys()).as("keys held for nobody, seed %d", seed).isZero();
    }
  }

  /** Processes that a killer may end, if it is counted at the first turn that is long enough. */
  private int most(int maxCrashes) {
    int doublings = 0;
    while (firstTurn << doublings < longestRun + SimulatedProcess.SLACK) {
      doublings++;
    }
    return 2 + maxCrashes + doublings;
  }

  /** Adds a job to a log, behind a gap; returns the number of killers added. */
  private int append(Random random, int killersLeft) {
    SimulatedLog log = logs.get(random.nextInt(logs.size()));
    if (log.jobs.size() >= JOBS) {
      return 0;
    }
    long offset = log.end() + random.nextInt(60);
    log.jobs.add(offset);
    if (slow > 0 && random.nextInt(4) == 0) {
      log.lengths.put(offset, (long) random.nextInt(slow));
    }
    if (killersLeft > 0 && random.nextInt(10) == 0) {
      log.killers.add(offset);
      return 1;
    }
    return 0;
  }

  private void assign(Random random, int maxCrashes) {
    while (workers.size() < WORKERS) {
      workers.add(new SimulatedProcess(random, QUEUES, maxCrashes, keys, firstTurn));
    }
    for (SimulatedLog log : logs) {
      if (workers.stream().noneMatch(worker -> worker.owns(log))) {
        workers.get(random.nextInt(workers.size())).take(log);
      }
    }
  }

  private static SimulatedLog any(SimulatedProcess worker, Random random) {
    List<SimulatedLog> owned = worker.logs();
    return owned.get(random.nextInt(owned.size()));
  }

  private static void lose(SimulatedProcess worker, SimulatedLog log) {
    log.hits.merge(log.committed().claim().suspect(), 1, Integer::sum);
    worker.lose(log);
  }

  private void crash(SimulatedProcess worker, @Nullable SimulatedLog killed) {
    workers.remove(worker);
    if (killed == null) {
      for (SimulatedLog log : worker.logs()) {
        log.hits.merge(log.committed().claim().suspect(), 1, Integer::sum);
      }
    }
  }

  private boolean done() {
    return logs.stream().allMatch(log -> log.jobs.size() == JOBS && log.finished());
  }

  private static int hits(SimulatedLog log, long job) {
    return log.hits.getOrDefault(job, 0);
  }
}
