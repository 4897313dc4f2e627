package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadJob.FailedAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplayRecordsTest {
  private static final Map<String, String> HEADERS =
      Map.ofEntries(
          Map.entry(JobHeaders.LAYOUT, "1"),
          Map.entry(JobHeaders.ID, "job/1"),
          Map.entry(JobHeaders.RUN, "aaaa"),
          Map.entry(JobHeaders.TYPE, "ProcessOrder"),
          Map.entry(JobHeaders.QUEUE, "orders"),
          Map.entry(JobHeaders.ATTEMPT, "3"),
          Map.entry(JobHeaders.CREATED_AT, "1000"),
          Map.entry(JobHeaders.PRIORITY, "high"),
          Map.entry(JobHeaders.TIMEOUT_MS, "500"),
          Map.entry(JobHeaders.REPLY_TO, "caller"),
          Map.entry(JobHeaders.REPLY_KEY, "gone/1"),
          Map.entry(JobHeaders.ERROR_TYPE, "CardDeclined"),
          Map.entry(JobHeaders.ERROR_MESSAGE, "no money"),
          Map.entry(JobHeaders.ERROR_HISTORY, "[{\"attempt\":3,\"type\":\"CardDeclined\"}]"),
          Map.entry(JobHeaders.FAILED_AT, "2000"),
          Map.entry("job-meta-source", "api"),
          Map.entry("traceparent", "00-abc"));

  private static DeadRecord dead(Map<String, String> headers, byte @Nullable [] value) {
    RecordHeaders all = new RecordHeaders();
    new TreeMap<>(headers).forEach((name, text) -> all.add(name, HeaderText.bytes(text)));
    return new DeadRecord(
        new ConsumerRecord<>(
            "tasks.orders.dlq",
            0,
            17,
            3000,
            TimestampType.CREATE_TIME,
            0,
            0,
            HeaderText.bytes("job/1/aaaa"),
            value,
            all,
            Optional.empty()));
  }

  private static ProducerRecord<byte[], byte[]> job(DeadRecord dead, String topic) {
    return ReplayRecords.job(dead, dead.payload(), topic, "bbbb", 9000);
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    record.headers().forEach(header -> headers.put(header.key(), HeaderText.of(header)));
    return headers;
  }

  @Test
  void aReplayIsANewRunFromTheFirstAttemptWithoutErrors() {
    byte[] payload = "{}".getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = job(dead(HEADERS, payload), "tasks.orders.high");
    assertThat(record.topic()).isEqualTo("tasks.orders.high");
    assertThat(record.value()).isSameAs(payload);
    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("job/1");
    assertThat(headers(record))
        .containsOnly(
            Map.entry(JobHeaders.LAYOUT, "1"),
            Map.entry(JobHeaders.ID, "job/1"),
            Map.entry(JobHeaders.RUN, "bbbb"),
            Map.entry(JobHeaders.TYPE, "ProcessOrder"),
            Map.entry(JobHeaders.ATTEMPT, "1"),
            Map.entry(JobHeaders.CREATED_AT, "9000"),
            Map.entry(JobHeaders.PRIORITY, "high"),
            Map.entry(JobHeaders.TIMEOUT_MS, "500"),
            Map.entry("job-meta-source", "api"),
            Map.entry("traceparent", "00-abc"));
  }

  @Test
  void theTombstoneHasTheDeadLettersKey() {
    ProducerRecord<byte[], byte[]> tombstone = ReplayRecords.tombstone(dead(HEADERS, new byte[0]));
    assertThat(tombstone.topic()).isEqualTo("tasks.orders.dlq");
    assertThat(new String(tombstone.key(), StandardCharsets.UTF_8)).isEqualTo("job/1/aaaa");
    assertThat(tombstone.value()).isNull();
  }

  @Test
  void aJobWithoutPayloadHasNoneAgain() {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.put(JobHeaders.NO_PAYLOAD, "true");
    ProducerRecord<byte[], byte[]> record = job(dead(headers, new byte[0]), "tasks.orders");
    assertThat(record.value()).isNull();
    assertThat(headers(record)).doesNotContainKey(JobHeaders.NO_PAYLOAD);
  }

  @Test
  void anotherPayloadComesWithItsMediaType() {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.put(JobHeaders.CONTENT_TYPE, Payload.BYTES);
    DeadRecord dead = dead(headers, new byte[] {1});
    ProducerRecord<byte[], byte[]> record =
        ReplayRecords.job(dead, Payload.json("{}"), "tasks.orders", "bbbb", 9000);
    assertThat(record.value()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
    assertThat(headers(record)).containsEntry(JobHeaders.CONTENT_TYPE, Payload.JSON);
  }

  @Test
  void theHistoryOfErrorsIsReadAsFarAsItGoes() {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.put(
        JobHeaders.ERROR_HISTORY,
        """
        [{"attempt": 1, "at": "2026-01-01T00:00:00Z", "type": "A", "message": "m"}, {"at": "noon"}]\
        """);
    assertThat(dead(headers, new byte[0]).failures())
        .containsExactly(
            new FailedAttempt(1, Instant.parse("2026-01-01T00:00:00Z"), new JobFailure("A", "m")),
            new FailedAttempt(0, null, new JobFailure("", "")));
  }

  @Test
  void badHeadersDoNotKeepADeadLetterFromBeingShown() {
    DeadRecord job =
        dead(Map.of(JobHeaders.ATTEMPT, "many", JobHeaders.CREATED_AT, "noon"), new byte[0]);
    assertThat(job.id()).isEqualTo("job/1");
    assertThat(job.run()).isEqualTo("aaaa");
    assertThat(job.attempt()).isZero();
    assertThat(job.failedAt()).isEqualTo(Instant.ofEpochMilli(3000));
  }

  @Test
  void peopleSeeTheErrorAndThePayload() {
    ObjectNode shown =
        DeadJobJson.of(dead(HEADERS, "{\"a\":1.0}".getBytes(StandardCharsets.UTF_8)));
    assertThat(shown.get("error"))
        .hasToString("{\"type\":\"CardDeclined\",\"message\":\"no money\"}");
    assertThat(shown.get("payload")).hasToString("{\"a\":1.0}");
    assertThat(shown.get("createdAt").textValue()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(shown.get("metadata")).hasToString("{\"source\":\"api\"}");
    assertThat(shown.get("queue").textValue()).isEqualTo("orders");
  }
}
