package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.worker.engine.LaneSelector;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Attempts that are ready, lane by lane. Guarded by its dispatcher's lock. */
final class ReadyLanes {
  private final Map<Priority, ArrayDeque<Attempt>> lanes = new EnumMap<>(Priority.class);
  private final LaneSelector selector = new LaneSelector();
  private int ready;
  private int size;

  ReadyLanes() {
    for (Priority lane : Priority.values()) {
      lanes.put(lane, new ArrayDeque<>());
    }
  }

  /** Behind those of its lane. */
  void add(Attempt attempt) {
    laneOf(attempt.lane()).add(attempt);
    came(attempt);
  }

  /** Before all others of its lane. */
  void addFirst(Attempt attempt) {
    laneOf(attempt.lane()).addFirst(attempt);
    came(attempt);
  }

  private void came(Attempt attempt) {
    ready |= LaneSelector.bit(attempt.lane());
    size++;
  }

  private ArrayDeque<Attempt> laneOf(Priority lane) {
    ArrayDeque<Attempt> found = lanes.get(lane);
    if (found == null) {
      throw new IllegalStateException("no lane " + lane);
    }
    return found;
  }

  /** The next one by the lanes' weights; null for none. */
  @Nullable Attempt poll() {
    Priority lane = selector.next(ready);
    if (lane == null) {
      return null;
    }
    ArrayDeque<Attempt> waiting = laneOf(lane);
    Attempt next = waiting.poll();
    if (waiting.isEmpty()) {
      ready &= ~LaneSelector.bit(lane);
    }
    size--;
    return next;
  }

  /** Takes attempts out of their lanes. */
  void pull(Predicate<Attempt> wanted, Consumer<Attempt> taken) {
    lanes.forEach(
        (lane, waiting) -> {
          int before = waiting.size();
          waiting.removeIf(attempt -> pull(attempt, wanted, taken));
          size -= before - waiting.size();
          if (waiting.isEmpty()) {
            ready &= ~LaneSelector.bit(lane);
          }
        });
  }

  private static boolean pull(Attempt attempt, Predicate<Attempt> wanted, Consumer<Attempt> taken) {
    boolean pulled = wanted.test(attempt);
    if (pulled) {
      taken.accept(attempt);
    }
    return pulled;
  }

  void clear() {
    lanes.values().forEach(ArrayDeque::clear);
    ready = 0;
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }
}
