package io.clusterdb.tasks.worker.kafka;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker holds when it has nothing else to do: jobs of types that no handler knows. The
 * owner thread looks; any thread may ask.
 */
final class Leftover {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Consumer<byte[], byte[]> consumer;
  private final Partitions partitions;
  private final UnknownTypes unknownTypes;
  private long looked;
  private volatile @Nullable Map<String, Integer> found;

  Leftover(Consumer<byte[], byte[]> consumer, Partitions partitions, UnknownTypes unknownTypes) {
    this.consumer = consumer;
    this.partitions = partitions;
    this.unknownTypes = unknownTypes;
  }

  /**
   * Looks, unless that was a moment ago.
   *
   * @param idle whether nothing runs or waits to be settled
   */
  void look(long now, boolean idle) {
    if (!idle) {
      found = null;
    } else if (now - looked >= EVERY_NANOS) {
      looked = now;
      found = nothingElse() ? unknownTypes.byType() : null;
    }
  }

  /** Jobs of unknown types, by type; null while there is something else to do. */
  @Nullable Map<String, Integer> found() {
    return found;
  }

  private boolean nothingElse() {
    int held = 0;
    for (PartitionState state : partitions.all()) {
      if (!state.owned() || consumer.currentLag(state.partition()).orElse(1) > 0) {
        return false;
      }
      held += state.buffered();
    }
    return !partitions.all().isEmpty() && held == unknownTypes.waiting();
  }
}
