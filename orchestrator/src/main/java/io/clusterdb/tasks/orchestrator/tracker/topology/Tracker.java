package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.orchestrator.tracker.engine.BatchRow;
import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.FactFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.Merge;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.streams.Commits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of the tracker: adds facts to what is known of their runs, and passes on what
 * changes for their batches.
 */
final class Tracker implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(Tracker.class);

  /** Runs of which an index is made at once, which takes less than a second. */
  private static final int BUILD_FIRST = 20_000;

  /** Runs of which it is made further, each time that the thread has a moment. */
  private static final int BUILD_STEP = 1_000;

  private static final Duration BUILD_EVERY = Duration.ofMillis(1);

  private final TrackerParts parts;
  private final String events;
  private ProcessorContext<byte[], byte[]> context;
  private Commits commits;
  private TrackerStores stores;
  private @Nullable Cancellable building;
  private long buildingSince;
  private int partition;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  Tracker(TrackerParts parts) {
    this.parts = parts;
    this.events = parts.names().events();
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    commits = parts.commits(newContext);
    stores =
        TrackerStores.open(
            context.getStateStore(TrackerParts.JOBS), context.getStateStore(TrackerParts.INDEX));
    partition = context.taskId().partition();
    if (stores.build(BUILD_FIRST)) {
      open();
    } else {
      parts.views().building(partition);
      buildingSince = parts.clock().millis();
      building =
          context.schedule(BUILD_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> goOnBuilding());
    }
  }

  private void goOnBuilding() {
    if (building != null && stores.build(BUILD_STEP)) {
      building.cancel();
      building = null;
      log.info(
          "Lists and counts of partition {} were made anew from {} runs of jobs in {} ms; jobs went"
              + " on, and queries for a single job were answered",
          partition,
          stores.counts().total(),
          parts.clock().millis() - buildingSince);
      open();
    }
  }

  /** Shows the partition to queries, and forgets what is old in it from now on. */
  private void open() {
    parts.views().opened(partition, stores.counts());
    Sweep sweep = new Sweep(stores, parts.queues(), parts.expiry());
    var unused =
        context.schedule(
            parts.sweep(),
            PunctuationType.WALL_CLOCK_TIME,
            now -> sweep.step(parts.clock().millis()));
  }

  @Override
  public void close() {
    parts.views().closed(partition);
    try {
      stores.close();
    } catch (RuntimeException e) {
      // Closed after a failure: what could not be left is made anew at the next opening.
      log.debug("Index and counts of partition {} are made anew next time", partition, e);
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    if (record.key() == null || record.value() == null) {
      return;
    }
    Fact fact;
    try {
      fact = at.topic().equals(events) ? event(record, at) : projected(record);
    } catch (SerializationException | IllegalStateException | IndexOutOfBoundsException e) {
      parts.views().skip();
      log.warn(
          "Offset {} of {}-{} was left out of the jobs' states, since it is no event that this"
              + " version reads. Check who writes there: {}",
          at.offset(),
          at.topic(),
          at.partition(),
          e.getMessage());
      return;
    }
    if (fact != null) {
      add(fact);
    }
  }

  private static Fact projected(Record<byte[], byte[]> record) {
    return FactFormat.read(new String(record.key(), StandardCharsets.UTF_8), record.value());
  }

  private @Nullable Fact event(Record<byte[], byte[]> record, RecordMetadata at) {
    JobEvent event = parts.codec().decode(events, record.value(), JobEvent.class);
    Fact fact = EventFacts.of(event, at.partition(), at.offset());
    Queue queue = parts.queues().current().queue(fact.queue());
    Tracking tracking = queue == null ? Tracking.FULL : queue.tracking();
    return switch (tracking) {
      case FULL -> fact;
      case OUTCOMES -> fact.standing().stage().terminal() ? fact : null;
      case OFF -> null;
    };
  }

  private void add(Fact fact) {
    if (fact.jobId().isEmpty()) {
      return;
    }
    byte[] key = Keys.run(fact.jobId(), fact.run());
    RunState before = stores.get(key);
    RunState after = Merge.add(before, fact);
    if (!after.equals(before)) {
      stores.put(key, before, after);
      parts.views().heard(fact.jobId());
      parts.commit(commits);
      tellBatch(before, after);
    }
  }

  private void tellBatch(@Nullable RunState before, RunState after) {
    String batch = after.batchId();
    if (batch == null || batch.isEmpty()) {
      return;
    }
    // What was known before its batch was is news for the batch.
    JobState from =
        before == null || before.batchId() == null || !before.counted() ? null : before.state();
    JobState to = after.counted() ? after.state() : null;
    if (from != to) {
      context.forward(
          new Record<>(
              batch.getBytes(StandardCharsets.UTF_8),
              BatchRow.move(from, to),
              context.currentSystemTimeMs()));
      parts.commitSoon(commits);
    }
  }
}
