package io.clusterdb.tasks.scheduler.topology;

import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DEAD;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DELAYED;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.QUEUE;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.RETRY;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.START;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.header;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.JobHeaders;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be read, or has no place to go, is told and stops nothing. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class RefusedRecordsTopologyTest {
  @TempDir Path directory;
  private SchedulerDriver scheduler;

  @BeforeEach
  void start() {
    scheduler = new SchedulerDriver(directory);
  }

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void aRecordThatCannotBeReadGoesToItsQueueAsItIs() {
    scheduler.put(RETRY, "job-1", "p", START, JobHeaders.DELAY_MS, "soon");
    scheduler.put(
        DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.NOT_BEFORE, "never");
    List<TestRecord<byte[], byte[]>> out = scheduler.at(QUEUE);
    assertThat(out).hasSize(2);
    assertThat(header(out.get(0), JobHeaders.DELAY_MS)).isEqualTo("soon");
    assertThat(header(out.get(1), JobHeaders.NOT_BEFORE)).isEqualTo("never");
  }

  @Test
  void aRecordThatCannotBeReadAndHasNoQueueIsADeadLetter() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "gone", JobHeaders.DELAY_MS, "soon");
    List<TestRecord<byte[], byte[]>> dead = scheduler.at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_TYPE)).isEqualTo("INVALID_RECORD");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE))
        .contains("job-delay-ms expects a whole number", "found \"soon\"");
  }

  @Test
  void aCommandWithoutAValueIsADeadLetterAndOthersGoOn() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_COMMAND, SchedulerDriver.bytes("command-1"));
    for (String topic : List.of(SchedulerDriver.UNIQUE, SchedulerDriver.CONTROL)) {
      scheduler
          .driver()
          .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput(new TestRecord<>(SchedulerDriver.bytes("job-1"), null, headers, START));
    }
    assertThat(scheduler.at(DEAD))
        .hasSize(2)
        .allSatisfy(
            dead -> assertThat(header(dead, JobHeaders.ERROR_MESSAGE)).contains("found no value"));
    scheduler.unique("job-2", "k", "first", 1_000);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aJobOfADeletedQueueIsADeadLetterAndOthersGoOn() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    scheduler.put(
        DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "default", JobHeaders.DELAY_MS, "100");
    scheduler.catalog().delete("mail");
    scheduler.pass(150);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    assertThat(scheduler.at("tasks.default")).hasSize(1);
    List<TestRecord<byte[], byte[]>> dead = scheduler.at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(text(dead.getFirst().key())).isEqualTo("job-1/run-job-1");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_TYPE)).isEqualTo("QUEUE_NOT_FOUND");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE))
        .startsWith("Queue not found: queue mail is not in the catalog");
  }

  @Test
  void aJobWaitsUntilTheTopicOfItsQueueIsThere() {
    scheduler.topics().drop(QUEUE);
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    scheduler.pass(5_000);
    assertThat(scheduler.at(DEAD)).isEmpty();
    scheduler.topics().with(QUEUE, 10_000);
    scheduler.pass(1_500);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aRecordThatIsTooLargeForItsQueueIsADeadLetter() {
    scheduler.put(DELAYED, "job-1", "x".repeat(15_000), START, JobHeaders.QUEUE, "mail");
    List<TestRecord<byte[], byte[]>> dead = scheduler.at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE)).contains("at most 10000 bytes");
  }
}
