package io.clusterdb.tasks.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRecordTest {
  private static final long APPENDED_AT = 1_700_000_000_000L;
  private final JobRecordReader reader = new JobRecordReader("Fallback");

  private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> sent) {
    return consumed(sent.topic(), sent.key(), sent.value(), sent.headers());
  }

  private static ConsumerRecord<byte[], byte[]> consumed(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        3,
        42,
        APPENDED_AT,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> withHeader(String name, String value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(name, HeaderText.bytes(value));
    return consumed("tasks.q", null, null, headers);
  }

  @Test
  void jobReadsAsItWasWritten() throws Exception {
    RetryPolicy retry =
        RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofMinutes(1), 3)
            .maxAttempts(7)
            .jitter(0.2)
            .onErrors("TransientError")
            .neverOn("Fatal");
    Job job =
        Job.of("ProcessOrder")
            .key("customer-1")
            .priority(Priority.LOW)
            .timeout(Duration.ofMinutes(5))
            .retry(retry)
            .batchId("b1")
            .metadata("source", "äpi")
            .build();
    byte[] value = "{}".getBytes(StandardCharsets.UTF_8);
    JobRecord read =
        reader.read(
            consumed(
                JobRecordWriter.enqueue(
                    "tasks.q.low",
                    job,
                    new JobId("job-1", "run-1"),
                    "q",
                    123,
                    value,
                    "application/json")));
    assertThat(read.id()).isEqualTo("job-1");
    assertThat(read.run()).isEqualTo("run-1");
    assertThat(read.type()).isEqualTo("ProcessOrder");
    assertThat(read.orderingKey()).isEqualTo("customer-1");
    assertThat(new String(read.recordKey(), StandardCharsets.UTF_8)).isEqualTo("customer-1");
    assertThat(read.priority()).isEqualTo(Priority.LOW);
    assertThat(read.timeoutMs()).isEqualTo(300_000);
    assertThat(read.retry()).isEqualTo(retry);
    assertThat(read.maxAttempts()).isEqualTo(7);
    assertThat(read.createdAt()).isEqualTo(123);
    assertThat(read.attempt()).isEqualTo(1);
    assertThat(read.metadata()).containsExactly(Map.entry("source", "äpi"));
    assertThat(read.value()).isSameAs(value);
  }

  @Test
  void recordWithoutHeadersIsNamedByItsPlace() throws Exception {
    JobRecord read =
        reader.read(
            consumed("tasks.q", HeaderText.bytes("k"), new byte[] {1}, new RecordHeaders()));
    assertThat(read.id()).isEqualTo("tasks.q-3-42");
    assertThat(read.run()).isEqualTo("tasks.q-3-42");
    assertThat(read.type()).isEqualTo("Fallback");
    assertThat(read.orderingKey()).isEqualTo("k");
    assertThat(read.createdAt()).isEqualTo(APPENDED_AT);
  }

  @Test
  void delayCountsFromTheAppendTime() throws Exception {
    assertThat(reader.read(withHeader("job-delay-ms", "5000")).notBefore())
        .isEqualTo(APPENDED_AT + 5_000);
  }

  @Test
  void absoluteTimeIsMillisecondsOrIso() throws Exception {
    Instant time = Instant.parse("2026-12-01T00:00:00Z");
    assertThat(reader.read(withHeader("job-not-before", time.toString())).notBefore())
        .isEqualTo(time.toEpochMilli());
    assertThat(
            reader
                .read(withHeader("job-not-before", Long.toString(time.toEpochMilli())))
                .notBefore())
        .isEqualTo(time.toEpochMilli());
  }

  @Test
  void waitingJobIsKeyedByIdAndSaysItsQueue() {
    Job job = Job.of("T").key("k").schedule(Schedule.after(Duration.ofSeconds(3))).build();
    ProducerRecord<byte[], byte[]> record =
        JobRecordWriter.enqueue(
            "tasks.delayed", job, new JobId("id", "run"), "q", 0, null, "application/json");
    assertThat(record.key()).isEqualTo(HeaderText.bytes("id"));
    assertThat(HeaderText.of(record.headers(), "job-queue")).isEqualTo("q");
    assertThat(HeaderText.of(record.headers(), "job-key")).isEqualTo("k");
    assertThat(HeaderText.of(record.headers(), "job-delay-ms")).isEqualTo("3000");
  }

  @Test
  void movedRecordKeepsValueUnknownHeadersAndIdentity() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    headers.add("x-unknown", new byte[] {9});
    headers.add("job-delay-ms", HeaderText.bytes("10"));
    byte[] value = {1, 2, 3};
    JobRecord job = reader.read(consumed("tasks.q", HeaderText.bytes("k"), value, headers));
    Map<String, @Nullable String> changes = new HashMap<>();
    changes.put("job-delay-ms", null);
    changes.put("job-attempt", "2");
    ProducerRecord<byte[], byte[]> moved =
        JobRecordWriter.moved(job, "tasks.q.retry", null, "k", changes);
    assertThat(moved.value()).isSameAs(value);
    assertThat(moved.headers().lastHeader("x-unknown").value()).isEqualTo(new byte[] {9});
    assertThat(moved.headers().lastHeader("job-delay-ms")).isNull();
    JobRecord read = reader.read(consumed(moved));
    assertThat(read.id()).isEqualTo("tasks.q-3-42");
    assertThat(read.run()).isEqualTo("tasks.q-3-42");
    assertThat(read.type()).isEqualTo("Fallback");
    assertThat(read.orderingKey()).isEqualTo("k");
    assertThat(read.attempt()).isEqualTo(2);
    assertThat(read.createdAt()).isEqualTo(APPENDED_AT);
  }

  @ParameterizedTest
  @CsvSource({
    "job-layout, 2",
    "job-attempt, x",
    "job-attempt, 0",
    "job-attempt, ''",
    "job-id, '  '",
    "job-max-attempts, -1",
    "job-retry, no json",
    "job-retry, []",
    "job-priority, urgent",
    "job-delay-ms, -5",
    "job-delay-ms, 99999999999999999",
    "job-not-before, 2026-13-01T00:00:00Z",
    "job-timeout-ms, 0",
    "job-reply-to, my.topic",
    "job-created-at, yesterday"
  })
  void malformedHeaderIsNamedWithWhatWasExpected(String name, String value) {
    assertThatThrownBy(() -> reader.read(withHeader(name, value)))
        .isInstanceOf(MalformedJobException.class)
        .hasMessageContaining("header " + name + " expects ")
        .hasMessageContaining("found \"" + value + "\"");
  }

  @Test
  void bareRecordKeepsWhatIsReadable() {
    ConsumerRecord<byte[], byte[]> record = withHeader("job-attempt", "x");
    record.headers().add("job-id", HeaderText.bytes("known"));
    JobRecord bare = JobRecordReader.bare(record, "q");
    assertThat(bare.id()).isEqualTo("known");
    assertThat(bare.type()).isEqualTo("q");
    assertThat(bare.run()).isEqualTo("tasks.q-3-42");
  }

  @Test
  void errorHistoryIsBoundedAndKeepsTheFirstAndTheLast() {
    String history = null;
    for (int attempt = 1; attempt <= 100; attempt++) {
      history = ErrorHistory.with(history, attempt, 0, "E", "m".repeat(1_000));
    }
    assertThat(ErrorHistory.read(history)).hasSize(20);
    assertThat(ErrorHistory.read(history).get(0).get("attempt").asInt()).isEqualTo(1);
    assertThat(ErrorHistory.read(history).get(19).get("attempt").asInt()).isEqualTo(100);
    assertThat(history).hasSizeLessThan(8_000);
    assertThat(ErrorHistory.read("not json")).isEmpty();
  }
}
