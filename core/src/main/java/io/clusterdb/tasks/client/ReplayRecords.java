package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A dead letter's way back to work. Pure. */
final class ReplayRecords {
  /** What belongs to the run that ended, or to whoever waited for it. */
  private static final Set<String> DROPPED =
      Set.of(
          JobHeaders.LAYOUT,
          JobHeaders.ID,
          JobHeaders.RUN,
          JobHeaders.QUEUE,
          JobHeaders.ATTEMPT,
          JobHeaders.CREATED_AT,
          JobHeaders.DELAY_MS,
          JobHeaders.NOT_BEFORE,
          JobHeaders.REPLY_TO,
          JobHeaders.REPLY_KEY,
          JobHeaders.ERROR_TYPE,
          JobHeaders.ERROR_MESSAGE,
          JobHeaders.ERROR_HISTORY,
          JobHeaders.FAILED_AT,
          JobHeaders.NO_PAYLOAD,
          JobHeaders.PAYLOAD_REF);

  private ReplayRecords() {}

  /** The record of a new run of the job: same id, type and key, first attempt. */
  static ProducerRecord<byte[], byte[]> job(
      DeadRecord dead, Payload payload, String topic, String run, long now) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.LAYOUT, HeaderText.bytes(JobHeaders.LAYOUT_VERSION));
    headers.add(JobHeaders.ID, HeaderText.bytes(dead.id()));
    headers.add(JobHeaders.RUN, HeaderText.bytes(run));
    headers.add(JobHeaders.ATTEMPT, HeaderText.bytes(1));
    headers.add(JobHeaders.CREATED_AT, HeaderText.bytes(now));
    dead.record()
        .headers()
        .forEach(
            header -> {
              if (!DROPPED.contains(header.key())) {
                headers.add(header);
              }
            });
    if (headers.lastHeader(JobHeaders.CONTENT_TYPE) != null
        || !payload.contentType().equals(Payload.JSON)) {
      headers.remove(JobHeaders.CONTENT_TYPE);
      headers.add(JobHeaders.CONTENT_TYPE, HeaderText.bytes(payload.contentType()));
    }
    String key = dead.orderingKey() == null ? dead.id() : dead.orderingKey();
    return new ProducerRecord<>(topic, null, HeaderText.bytes(key), payload.bytes(), headers);
  }

  /** What removes the dead letter. */
  static ProducerRecord<byte[], byte[]> tombstone(DeadRecord dead) {
    return new ProducerRecord<>(
        dead.record().topic(), dead.record().partition(), dead.record().key(), null);
  }
}
