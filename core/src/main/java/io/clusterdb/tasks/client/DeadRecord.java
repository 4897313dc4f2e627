package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.ErrorHistory;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is in its topic.
 *
 * @param record the record; not to be changed
 * @param open what stands for its payload; null for the record's own
 */
public record DeadRecord(ConsumerRecord<byte[], byte[]> record, @Nullable Payload open)
    implements DeadJob {
  /** One with its payload as it is in the record. */
  public DeadRecord(ConsumerRecord<byte[], byte[]> record) {
    this(record, null);
  }

  /** With its payload open, if it is sealed and can be opened. */
  DeadRecord opened(Sealing sealing) {
    return new DeadRecord(record, sealing.openIfKnown(payload()));
  }

  /** The record's key: the job's id and run. */
  public String key() {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  @Override
  public String id() {
    String id = header(JobHeaders.ID);
    int slash = key().lastIndexOf('/');
    return id != null ? id : slash < 0 ? key() : key().substring(0, slash);
  }

  @Override
  public String run() {
    return or(JobHeaders.RUN, key().substring(key().lastIndexOf('/') + 1));
  }

  @Override
  public String type() {
    return or(JobHeaders.TYPE, "");
  }

  @Override
  public @Nullable String queue() {
    return header(JobHeaders.QUEUE);
  }

  @Override
  public @Nullable String orderingKey() {
    return header(JobHeaders.KEY);
  }

  @Override
  public String priority() {
    return or(JobHeaders.PRIORITY, "normal");
  }

  @Override
  public int attempt() {
    return (int) number(JobHeaders.ATTEMPT);
  }

  @Override
  public @Nullable Instant createdAt() {
    long at = number(JobHeaders.CREATED_AT);
    return at == 0 ? null : Instant.ofEpochMilli(at);
  }

  @Override
  public Instant failedAt() {
    long at = number(JobHeaders.FAILED_AT);
    return Instant.ofEpochMilli(at > 0 ? at : record.timestamp());
  }

  @Override
  public JobFailure error() {
    return new JobFailure(or(JobHeaders.ERROR_TYPE, ""), or(JobHeaders.ERROR_MESSAGE, ""));
  }

  @Override
  public List<FailedAttempt> failures() {
    List<FailedAttempt> failures = new ArrayList<>();
    for (JsonNode entry : ErrorHistory.read(header(JobHeaders.ERROR_HISTORY))) {
      failures.add(
          new FailedAttempt(
              entry.path("attempt").asInt(),
              time(entry.path("at").asText()),
              new JobFailure(entry.path("type").asText(), entry.path("message").asText())));
    }
    return List.copyOf(failures);
  }

  private static @Nullable Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  @Override
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

  @Override
  public Payload payload() {
    if (open != null) {
      return open;
    }
    boolean none = header(JobHeaders.NO_PAYLOAD) != null;
    return new Payload(none ? null : record.value(), or(JobHeaders.CONTENT_TYPE, Payload.JSON));
  }

  @Override
  public @Nullable String payloadRef() {
    return header(JobHeaders.PAYLOAD_REF);
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
