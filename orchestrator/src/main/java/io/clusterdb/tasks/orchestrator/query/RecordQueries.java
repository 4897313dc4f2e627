package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.DeadRecord;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.record.HeaderText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads the records of jobs from where the tracker last saw them. Thread-safe. */
public final class RecordQueries {
  private final JobQueries jobs;
  private final LogRecords records;
  private final TasksRuntime runtime;

  /** Finds by the ones, and reads by the others. */
  public RecordQueries(JobQueries jobs, LogRecords records, TasksRuntime runtime) {
    this.jobs = jobs;
    this.records = records;
    this.runtime = runtime;
  }

  /**
   * The record of a run: its place, headers, payload, and the failed attempts that it tells of.
   *
   * @param wait how long to wait for a job that is on its way
   * @throws TasksException JOB_NOT_FOUND if the job is not known, or its record is gone
   */
  public JsonNode find(JobQueries.Question question, Duration wait) throws InterruptedException {
    JsonNode job = jobs.find(question, wait, false);
    JsonNode place = job.path("record");
    ConsumerRecord<byte[], byte[]> record = place.isObject() ? read(place) : null;
    if (record == null) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "expected the record of job %s on the log, found none. It is kept until it was consumed, then for its queue's retention."
              .formatted(question.id()));
    }
    return json(job, record);
  }

  /** The failed attempts that the record of a job tells of; none where it is gone. */
  List<DeadJob.FailedAttempt> failures(JsonNode job) {
    JsonNode place = job.path("record");
    ConsumerRecord<byte[], byte[]> record = place.isObject() ? read(place) : null;
    return record == null ? List.of() : new DeadRecord(record).failures();
  }

  private @Nullable ConsumerRecord<byte[], byte[]> read(JsonNode place) {
    String topic = place.path("topic").asText();
    try {
      return records.read(
          new TopicPartition(topic, place.path("partition").asInt()),
          place.path("offset").asLong());
    } catch (KafkaException e) {
      throw KafkaErrors.of("read " + topic, runtime.config().bootstrap(), e);
    }
  }

  private static JsonNode json(JsonNode job, ConsumerRecord<byte[], byte[]> record) {
    DeadRecord letter = new DeadRecord(record);
    ObjectNode node = Json.mapper().createObjectNode();
    node.set("id", job.path("id"));
    node.set("run", job.path("run"));
    node.put("topic", record.topic()).put("partition", record.partition());
    node.put("offset", record.offset());
    node.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    node.put("key", record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8));
    ArrayNode headers = node.putArray("headers");
    for (Header each : record.headers()) {
      headers.addObject().put("name", each.key()).put("value", HeaderText.of(each));
    }
    node.put("size", record.serializedValueSize());
    PayloadJson.put(node, letter.payload());
    ArrayNode errors = node.putArray("errors");
    for (DeadJob.FailedAttempt each : letter.failures()) {
      errors
          .addObject()
          .put("attempt", each.attempt())
          .put("at", each.at() == null ? null : each.at().toString())
          .put("type", each.error().type())
          .put("message", each.error().message());
    }
    return node;
  }
}
