package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.record.ErrorHistory;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter. Its headers are taken as they are, since a bad one may be why it is here.
 *
 * @param record the record in the topic of dead letters; not to be changed
 */
public record DeadJob(ConsumerRecord<byte[], byte[]> record) {
  /** The record's key: the job's id and run. */
  public String key() {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  /** The job's id; what the record's key says where no header does. */
  public String id() {
    String id = header(JobHeaders.ID);
    int slash = key().lastIndexOf('/');
    return id != null ? id : slash < 0 ? key() : key().substring(0, slash);
  }

  /** The run that ended here. */
  public String run() {
    return or(JobHeaders.RUN, key().substring(key().lastIndexOf('/') + 1));
  }

  /** The job's type; empty if unknown. */
  public String type() {
    return or(JobHeaders.TYPE, "");
  }

  /** The queue that it comes from; null if its record does not say. */
  public @Nullable String queue() {
    return header(JobHeaders.QUEUE);
  }

  /** Its ordering key; null for none. */
  public @Nullable String orderingKey() {
    return header(JobHeaders.KEY);
  }

  /** Its lane as its header has it: {@code high}, {@code normal}, {@code low}. */
  public String priority() {
    return or(JobHeaders.PRIORITY, "normal");
  }

  /** Number of its last attempt; 0 if its record does not say. */
  public int attempt() {
    return (int) number(JobHeaders.ATTEMPT);
  }

  /** When it was enqueued, in milliseconds since 1970; 0 if its record does not say. */
  public long createdAt() {
    return number(JobHeaders.CREATED_AT);
  }

  /** When its last attempt failed, in milliseconds since 1970; when it came here if unknown. */
  public long failedAt() {
    long at = number(JobHeaders.FAILED_AT);
    return at > 0 ? at : record.timestamp();
  }

  /** Why its last attempt failed. */
  public JobFailure error() {
    return new JobFailure(or(JobHeaders.ERROR_TYPE, ""), or(JobHeaders.ERROR_MESSAGE, ""));
  }

  /** Its failed attempts, oldest first, as {@link ErrorHistory} has them. */
  public ArrayNode errors() {
    return ErrorHistory.read(header(JobHeaders.ERROR_HISTORY));
  }

  /** What its producer attached. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      if (header.key().startsWith(JobHeaders.META_PREFIX)) {
        metadata.put(
            header.key().substring(JobHeaders.META_PREFIX.length()), HeaderText.of(header));
      }
    }
    return metadata;
  }

  /** Its payload, without bytes if the job has none. */
  public Payload payload() {
    boolean none = header(JobHeaders.NO_PAYLOAD) != null;
    return new Payload(none ? null : record.value(), or(JobHeaders.CONTENT_TYPE, Payload.JSON));
  }

  private @Nullable String header(String name) {
    return HeaderText.of(record.headers(), name);
  }

  private String or(String header, String otherwise) {
    String text = header(header);
    return text == null ? otherwise : text;
  }

  private long number(String header) {
    try {
      return Long.parseLong(or(header, "0").trim());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
