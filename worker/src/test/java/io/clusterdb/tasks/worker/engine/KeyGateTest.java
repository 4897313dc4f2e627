package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyGateTest {
  private final List<String> ready = new ArrayList<>();
  private final KeyGate<String> gate = new KeyGate<>(ready::add);

  @Test
  void runsOneJobOfAKeyAtATimeInOrder() {
    gate.offer("a", "a1");
    gate.offer("a", "a2");
    gate.offer("b", "b1");
    gate.offer("a", "a3");
    assertThat(ready).containsExactly("a1", "b1");
    gate.release("a");
    assertThat(ready).containsExactly("a1", "b1", "a2");
    gate.release("a");
    gate.release("b");
    assertThat(ready).containsExactly("a1", "b1", "a2", "a3");
  }

  @Test
  void forgetsAKeyThatNobodyHolds() {
    gate.offer("a", "a1");
    gate.offer("a", "a2");
    gate.release("a");
    gate.release("a");
    assertThat(gate.heldKeys()).isZero();
    assertThatThrownBy(() -> gate.release("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keepsAKeyWhoseFailedJobBlocksIt() {
    gate.offer("a", "a1");
    gate.offer("a", "a2");
    assertThat(ready).containsExactly("a1");
    assertThat(gate.heldKeys()).isOne();
  }

  @Test
  void letsOthersOvertakeAJobThatWaits() {
    gate.offer("a", "a1");
    gate.offer("a", "a2");
    gate.offer("a", "a3");
    gate.release("a");
    gate.again("a", "a1 again");
    gate.release("a");
    assertThat(ready).containsExactly("a1", "a2", "a1 again");
    gate.release("a");
    assertThat(ready).endsWith("a3");
    gate.release("a");
    gate.again("a", "late");
    assertThat(ready).endsWith("late");
  }

  @Test
  void dropsJobsOfLostPartitions() {
    gate.offer("a", "a1");
    gate.offer("a", "x2");
    gate.offer("a", "a3");
    gate.drop(job -> job.startsWith("x"));
    gate.release("a");
    assertThat(ready).containsExactly("a1", "a3");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsOrderAndLosesNothing(long seed) {
    Random random = new Random(seed);
    Queue<int[]> runnable = new ArrayDeque<>();
    KeyGate<int[]> simulated = new KeyGate<>(runnable::add);
    List<int[]> running = new ArrayList<>();
    List<int[]> blocked = new ArrayList<>();
    Set<Integer> busy = new HashSet<>();
    Map<Integer, Integer> last = new HashMap<>();
    int offered = 0;
    int done = 0;
    while (done < 5_000) {
      if (offered < 5_000 && random.nextBoolean()) {
        int key = random.nextInt(40);
        simulated.offer(key, new int[] {key, offered++});
      }
      int[] job = random.nextBoolean() ? runnable.poll() : null;
      if (job != null) {
        assertThat(busy.add(job[0])).as("key %d is free, seed %d", job[0], seed).isTrue();
        assertThat(last.getOrDefault(job[0], -1)).as("seed %d", seed).isLessThan(job[1]);
        running.add(job);
      }
      if (!running.isEmpty() && random.nextBoolean()) {
        int[] ended = running.remove(running.size() - 1);
        if (random.nextInt(4) == 0) {
          blocked.add(ended); // fails, and its key waits
        } else {
          done++;
          busy.remove(ended[0]);
          last.put(ended[0], ended[1]);
          simulated.release(ended[0]);
        }
      }
      if (!blocked.isEmpty() && random.nextBoolean()) {
        running.add(blocked.remove(blocked.size() - 1));
      }
    }
    assertThat(simulated.heldKeys()).as("seed %d", seed).isZero();
  }
}
