package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneSelectorTest {
  private static final int ALL = 0b111;

  @Test
  void sharesTurnsByWeight() {
    LaneSelector selector = new LaneSelector();
    Map<Priority, Integer> turns = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      turns.merge(next(selector, ALL), 1, Integer::sum);
    }
    assertThat(turns)
        .isEqualTo(Map.of(Priority.HIGH, 600, Priority.NORMAL, 300, Priority.LOW, 100));
  }

  @Test
  void spreadsTurnsEvenly() {
    LaneSelector selector = new LaneSelector();
    List<Priority> turns = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      turns.add(next(selector, ALL));
    }
    assertThat(turns.subList(0, 3)).contains(Priority.HIGH, Priority.NORMAL);
    assertThat(turns).contains(Priority.LOW);
  }

  @Test
  void givesAllTurnsToTheOnlyLaneThatHasJobs() {
    LaneSelector selector = new LaneSelector();
    for (Priority lane : Priority.values()) {
      for (int i = 0; i < 100; i++) {
        assertThat(selector.next(LaneSelector.bit(lane))).isEqualTo(lane);
      }
    }
    assertThat(selector.next(0)).isNull();
  }

  @Test
  void servesAnUrgentJobAtOnceAfterAnIdleTime() {
    LaneSelector selector = new LaneSelector();
    for (int i = 0; i < 57; i++) {
      selector.next(ALL);
    }
    selector.next(LaneSelector.bit(Priority.LOW));
    assertThat(selector.next(ALL)).isEqualTo(Priority.HIGH);
  }

  @ParameterizedTest
  @CsvSource({"6,3,1", "1,1,1", "10,5,3", "1,3,6", "1,1,4", "2,5,1", "4,2,1", "3,2,2", "9,1,1"})
  void neverStarvesALaneWhateverTheOthersDo(int high, int normal, int low) {
    for (Priority lane : Priority.values()) {
      LaneSelector stated = new LaneSelector(high, normal, low);
      assertThat(longestWaitOverAllStates(lane, high, normal, low))
          .isLessThanOrEqualTo(stated.longestWait(lane));
    }
  }

  @Test
  void refusesAWeightOfNothing() {
    assertThatThrownBy(() -> new LaneSelector(6, 3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }

  /** Explores every state that is reachable with any lanes ready, and the longest wait in them. */
  private static int longestWaitOverAllStates(Priority lane, int... weights) {
    Map<List<Integer>, Integer> waited = new HashMap<>();
    Deque<List<Integer>> open = new ArrayDeque<>();
    waited.put(List.of(0, 0, 0), 0);
    open.add(List.of(0, 0, 0));
    int longest = 0;
    while (!open.isEmpty()) {
      List<Integer> state = open.remove();
      int wait = waited.getOrDefault(state, 0);
      for (int ready = 1; ready <= ALL; ready++) {
        LaneSelector selector = new LaneSelector(weights[0], weights[1], weights[2]);
        for (int i = 0; i < 3; i++) {
          selector.credits()[i] = state.get(i);
        }
        Priority chosen = next(selector, ready);
        int now = (ready & LaneSelector.bit(lane)) == 0 || chosen == lane ? 0 : wait + 1;
        int[] credits = selector.credits();
        List<Integer> after = List.of(credits[0], credits[1], credits[2]);
        longest = Math.max(longest, now);
        assertThat(longest).isLessThan(1000);
        Integer known = waited.get(after);
        if (known == null || known < now) {
          waited.put(after, now);
          open.add(after);
        }
      }
    }
    return longest;
  }

  private static Priority next(LaneSelector selector, int ready) {
    Priority lane = selector.next(ready);
    assertThat(lane).isNotNull();
    return java.util.Objects.requireNonNull(lane);
  }
}
