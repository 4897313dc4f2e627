package io.clusterdb.tasks.it.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * For how long partitions held their readers back, by looks at their ends: there was more, and the
 * end that readers of what is committed see stood still, from the first look that found it so to
 * the last. Pure; not thread-safe.
 */
final class Stalls {
  /** Transactions that are under way hold readers back too, for a moment; in nanoseconds. */
  static final long SHORT = 1_000_000_000L;

  private record Held(long end, long from, long to) {}

  private final Map<TopicPartition, Held> still = new HashMap<>();
  private final List<Held> ended = new ArrayList<>();

  /**
   * Takes a look in.
   *
   * @param end what readers of what is committed get to
   * @param more whether there is something behind that
   * @param now monotonic nanoseconds
   */
  void saw(TopicPartition partition, long end, boolean more, long now) {
    long from = now;
    Held before = still.remove(partition);
    if (before != null && before.end() == end && more) {
      from = before.from();
    } else if (before != null) {
      ended.add(before);
    }
    if (more) {
      still.put(partition, new Held(end, from, now));
    }
  }

  /**
   * Seconds for which the partition that was held back longest was, of those that were between the
   * beginning of a fault and what it brings about; 0 where none was for longer than {@link #SHORT}.
   */
  double longest(long from, long to) {
    return Stream.concat(ended.stream(), still.values().stream())
            .filter(each -> each.to() > from && each.from() < to + Timeline.AFTER)
            .mapToLong(each -> each.to() - each.from())
            .filter(each -> each > SHORT)
            .max()
            .orElse(0)
        / 1e9;
  }
}
