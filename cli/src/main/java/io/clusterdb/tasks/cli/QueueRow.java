package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.client.QueueShape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue in a list: what is declared of it, and how it stands.
 *
 * @param definition what is declared
 * @param paused whether no further job of it starts
 * @param depth jobs that wait for a worker or run; null where this user may not know
 * @param byLane the same for each lane
 */
record QueueRow(
    @JsonUnwrapped QueueShape definition,
    boolean paused,
    @Nullable Long depth,
    Map<String, Long> byLane) {
  /** With the depth of each lane, or null where this user may not know. */
  static QueueRow of(Queue queue, boolean paused, @Nullable Map<Priority, Long> lanes) {
    if (lanes == null) {
      return new QueueRow(QueueShape.of(queue), paused, null, Map.of());
    }
    Map<String, Long> byLane = new LinkedHashMap<>();
    for (Priority lane : Priority.values()) {
      if (lanes.containsKey(lane)) {
        byLane.put(lane.lane(), lanes.getOrDefault(lane, 0L));
      }
    }
    return new QueueRow(
        QueueShape.of(queue),
        paused,
        lanes.values().stream().mapToLong(jobs -> jobs).sum(),
        byLane);
  }

  /** The depth, by lane where there are several; null where it is not known. */
  @Nullable String depthText() {
    if (depth == null || byLane.size() < 2) {
      return depth == null ? null : depth.toString();
    }
    StringBuilder text = new StringBuilder().append(depth).append(" (");
    byLane.forEach(
        (lane, jobs) ->
            text.append(text.charAt(text.length() - 1) == '(' ? "" : ", ")
                .append(lane)
                .append(' ')
                .append(jobs));
    return text.append(')').toString();
  }
}
