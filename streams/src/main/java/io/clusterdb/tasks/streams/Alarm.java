package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a processor up once, at the earliest time that was asked for. A punctuation that repeats
 * would make Kafka Streams commit each time, whether there is something to do or not. Used by the
 * partition's thread.
 */
public final class Alarm {
  /** The smallest, since each punctuation is for one time. */
  private static final Duration INTERVAL = Duration.ofMillis(1);

  private final ProcessorContext<?, ?> context;
  private final LongConsumer action;
  private @Nullable Cancellable set;
  private long at = Long.MAX_VALUE;

  /** Not set so far. */
  public Alarm(ProcessorContext<?, ?> context, LongConsumer action) {
    this.context = context;
    this.action = action;
  }

  /** Wakes up at this time of the machine's clock, if not before. */
  public void set(long machineTime) {
    if (machineTime >= at) {
      return;
    }
    cancel();
    at = machineTime;
    set =
        context.schedule(
            Instant.ofEpochMilli(machineTime),
            INTERVAL,
            PunctuationType.WALL_CLOCK_TIME,
            this::ring);
  }

  private void ring(long machineNow) {
    cancel();
    action.accept(machineNow);
  }

  private void cancel() {
    if (set != null) {
      set.cancel();
      set = null;
    }
    at = Long.MAX_VALUE;
  }
}
