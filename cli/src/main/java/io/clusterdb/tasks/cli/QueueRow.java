package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.client.QueueShape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A queue in a list: what is declared of it, and how it stands.
 *
 * @param definition what is declared
 * @param paused whether no further job of it starts
 * @param depth jobs that wait for a worker or run
 * @param byLane the same for each lane
 */
record QueueRow(
    @JsonUnwrapped QueueShape definition, boolean paused, long depth, Map<String, Long> byLane) {
  static QueueRow of(Queue queue, boolean paused, Map<Priority, Long> lanes) {
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

  /** The depth, by lane where there are several. */
  String depthText() {
    if (byLane.size() < 2) {
      return Long.toString(depth);
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
