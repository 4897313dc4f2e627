package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The key by which a record is ordered: its header's, else the record's own. */
final class GateKeys {
  private GateKeys() {}

  static String of(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(JobHeaders.KEY);
    if (header != null) {
      return HeaderText.of(header);
    }
    byte[] key = record.key();
    // Latin-1 keeps keys apart that are no text.
    return key == null
        ? record.partition() + "-" + record.offset()
        : new String(key, StandardCharsets.ISO_8859_1);
  }
}
