package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import java.util.Arrays;

/** What happened in a queue, step by step, for an hour. Not thread-safe. */
final class Series {
  /** Seconds of a step. */
  static final int STEP = 10;

  /** Steps that are remembered. */
  static final int STEPS = 360;

  /** Jobs that are not done, at the end of the step; the others are what happened within it. */
  static final int DEPTH = 0;

  static final int ENQUEUED = 1;
  static final int FINISHED = 2;
  static final int ATTEMPTS = 3;
  static final int FAILURES = 4;

  /** Milliseconds for which jobs had waited that started, and how many did. */
  static final int WAITED = 5;

  static final int WAITS = 6;

  static final String[] NAMES = {
    "depth", "enqueued", "finished", "attempts", "failures", "waited", "waits"
  };

  private final long[] stamps = new long[STEPS];
  private final long[][] values = new long[NAMES.length][STEPS];

  Series() {
    Arrays.fill(stamps, Long.MIN_VALUE);
  }

  /** The step that a time is in, counted from 1970. */
  static long step(long millis) {
    return Math.floorDiv(millis, STEP * 1_000L);
  }

  /**
   * Counts what happened.
   *
   * @param step the step that it is now
   * @param now the depth, and how much was new, in the order of the names
   */
  void add(long step, long[] now) {
    int slot = (int) Math.floorMod(step, (long) STEPS);
    if (stamps[slot] != step) {
      stamps[slot] = step;
      for (long[] each : values) {
        each[slot] = 0;
      }
    }
    values[DEPTH][slot] = now[DEPTH];
    for (int i = ENQUEUED; i < NAMES.length; i++) {
      values[i][slot] += now[i];
    }
  }

  /** The steps up to this one, the oldest first; null where nothing was counted. */
  ObjectNode json(long last, int steps) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (int i = 0; i < NAMES.length; i++) {
      ArrayNode array = node.putArray(NAMES[i]);
      for (long step = last - steps + 1; step <= last; step++) {
        int slot = (int) Math.floorMod(step, (long) STEPS);
        if (stamps[slot] == step) {
          array.add(values[i][slot]);
        } else {
          array.addNull();
        }
      }
    }
    return node;
  }
}
