package io.clusterdb.tasks.orchestrator.tracker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.orchestrator.tracker.engine.BatchRow;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.streams.Commits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of the batches: counts their jobs, and sends the job that each waits with when all
 * have ended. That a batch is complete and that its job is sent is of one transaction.
 */
final class Batches implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(Batches.class);
  private static final Duration SWEEP = Duration.ofMinutes(10);
  private static final int MOST_FORGOTTEN = 10_000;

  private final TrackerParts parts;
  private final String commands;
  private ProcessorContext<byte[], byte[]> context;
  private Commits commits;
  private KeyValueStore<byte[], byte[]> store;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  Batches(TrackerParts parts) {
    this.parts = parts;
    this.commands = parts.names().batchCommands();
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    commits = parts.commits(newContext);
    store = newContext.getStateStore(TrackerParts.BATCHES);
    var unused = newContext.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, now -> sweep());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    if (record.key() == null || record.key().length == 0) {
      return;
    }
    try {
      String batch = new String(record.key(), UTF_8);
      if (at.topic().equals(commands)) {
        close(batch, record);
      } else if (record.value() != null) {
        change(batch, row(batch).moved(record.value(), parts.clock().millis()));
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      parts.views().skip();
      log.warn(
          "Offset {} of {}-{} was left out of the batches, since it is no event that this version"
              + " reads. Check who writes there: {}",
          at.offset(),
          at.topic(),
          at.partition(),
          e.getMessage());
    }
  }

  private void close(String batch, Record<byte[], byte[]> record) {
    String text = HeaderText.of(record.headers(), JobHeaders.BATCH_TOTAL);
    long total = text == null ? -1 : Long.parseLong(text);
    if (total < 0) {
      throw new IllegalArgumentException(
          "expected the number of jobs of batch %s in header %s, found %s"
              .formatted(batch, JobHeaders.BATCH_TOTAL, text));
    }
    BatchRow row = row(batch);
    boolean then = HeaderText.of(record.headers(), JobHeaders.ID) != null;
    BatchRow closed = row.closed(total, then, parts.clock().millis());
    if (closed.equals(row)) {
      log.warn("Batch {} was closed before, and stays as it is. Close each batch once", batch);
      return;
    }
    if (then) {
      record.headers().remove(JobHeaders.BATCH_TOTAL);
      store.put(BatchKeys.job(batch), ThenFormat.write(record.headers(), record.value()));
    }
    change(batch, closed);
  }

  private void change(String batch, BatchRow row) {
    BatchRow changed = row;
    if (row.completes()) {
      changed = row.completed(parts.clock().millis());
      byte[] job = store.delete(BatchKeys.job(batch));
      if (job != null) {
        send(job);
        parts.commitSoon(commits);
      }
    }
    store.put(BatchKeys.row(batch), changed.write());
    parts.commit(commits);
  }

  private void send(byte[] job) {
    RecordHeaders headers = new RecordHeaders();
    byte @Nullable [] value = ThenFormat.read(job, headers);
    String id = String.valueOf(HeaderText.of(headers, JobHeaders.ID));
    context.forward(
        new Record<>(HeaderText.bytes(id), value, context.currentSystemTimeMs(), headers));
  }

  private BatchRow row(String batch) {
    byte[] bytes = store.get(BatchKeys.row(batch));
    return bytes == null ? BatchRow.NONE : BatchRow.read(bytes);
  }

  /** Forgets batches as jobs are forgotten. */
  private void sweep() {
    long before = parts.clock().millis() - parts.expiry().finishedMs();
    List<byte[]> old = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> rows =
        store.range(BatchKeys.firstRow(), BatchKeys.afterRows())) {
      while (rows.hasNext() && old.size() < MOST_FORGOTTEN) {
        KeyValue<byte[], byte[]> next = rows.next();
        BatchRow row = BatchRow.read(next.value);
        if (row.settled() && row.changedAt() < before) {
          old.add(next.key);
        }
      }
    }
    old.forEach(store::delete);
  }
}
