package io.clusterdb.tasks.record;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RetryPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A job as read from a record. What only some jobs carry and few readers need is read from the
 * headers on demand.
 *
 * @param topic topic that it was read from
 * @param partition partition that it was read from
 * @param offset its offset
 * @param appendedAt the record's timestamp, in milliseconds since 1970
 * @param recordKey the record's key; null for none
 * @param value the payload, untouched; null for none
 * @param headers the record's headers; not to be changed
 * @param id the job's id
 * @param run the job's run
 * @param type the job's type
 * @param orderingKey its ordering key; null for none
 * @param attempt number of the attempt that comes next, from 1
 * @param maxAttempts the job's own limit; 0 where it has none
 * @param retry the job's own retry policy; null where it has none
 * @param priority its lane by its header
 * @param createdAt when it was enqueued, in milliseconds since 1970
 * @param notBefore earliest start, in milliseconds since 1970; 0 for now
 * @param timeoutMs the job's own limit to an attempt; 0 where it has none
 * @param replyTo who waits for its outcome; null for nobody
 * @param freesKey whether its end frees the unique key that it holds
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a record, never compared
public record JobRecord(
    String topic,
    int partition,
    long offset,
    long appendedAt,
    byte @Nullable [] recordKey,
    byte @Nullable [] value,
    Headers headers,
    String id,
    String run,
    String type,
    @Nullable String orderingKey,
    int attempt,
    int maxAttempts,
    @Nullable RetryPolicy retry,
    Priority priority,
    long createdAt,
    long notBefore,
    long timeoutMs,
    @Nullable ReplyTo replyTo,
    boolean freesKey) {

  /** Text of a header; null where it is absent. */
  public @Nullable String header(String name) {
    return HeaderText.of(headers, name);
  }

  /** Media type of the payload; JSON where no header says otherwise. */
  public String contentType() {
    String type = header(JobHeaders.CONTENT_TYPE);
    return type == null ? io.clusterdb.tasks.Payload.JSON : type;
  }

  /** The metadata that the producer attached. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = Map.of();
    for (Header header : headers) {
      if (header.key().startsWith(JobHeaders.META_PREFIX)) {
        if (metadata.isEmpty()) {
          metadata = new LinkedHashMap<>();
        }
        metadata.put(
            header.key().substring(JobHeaders.META_PREFIX.length()), HeaderText.of(header));
      }
    }
    return metadata;
  }
}
