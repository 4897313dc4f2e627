package io.clusterdb.tasks.scheduler.topology;

import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DELAYED;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.QUEUE;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.RETRY;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.START;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.bytes;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.header;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delays and retries: what waits leaves when its time comes, once, as it came. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class SchedulerTopologyTest {
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
  void aDelayedJobLeavesWhenItsTimeComesAndNotBefore() {
    scheduler.put(
        DELAYED, "job-1", "payload", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "5000");
    scheduler.pass(4_999);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.pass(20);
    List<TestRecord<byte[], byte[]>> out = scheduler.at(QUEUE);
    assertThat(out).hasSize(1);
    assertThat(text(out.getFirst().value())).isEqualTo("payload");
    assertThat(text(out.getFirst().key())).isEqualTo("job-1");
    assertThat(header(out.getFirst(), JobHeaders.DELAY_MS)).isNull();
    assertThat(header(out.getFirst(), "x-mine")).isEqualTo("kept");
  }

  @Test
  void aDelayCountsFromTheTimeWhenTheBrokerAppendedTheJob() {
    scheduler.pass(10_000);
    scheduler.put(DELAYED, "job-1", "p", START + 8_000, JobHeaders.DELAY_MS, "5000");
    scheduler.pass(2_990);
    assertThat(scheduler.at("tasks.default")).isEmpty();
    scheduler.pass(30);
    assertThat(scheduler.at("tasks.default")).hasSize(1);
  }

  @Test
  void aJobForATimeLeavesAtThatTime() {
    scheduler.put(DELAYED, "job-1", "p", START, JobHeaders.NOT_BEFORE, "2023-11-14T22:13:30Z");
    scheduler.pass(9_990);
    assertThat(scheduler.at("tasks.default")).isEmpty();
    scheduler.pass(30);
    List<TestRecord<byte[], byte[]>> out = scheduler.at("tasks.default");
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.NOT_BEFORE)).isNull();
  }

  @Test
  void aJobThatIsDueAlreadyLeavesAtOnce() {
    scheduler.put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail");
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aRetryComesBackToItsQueueAfterItsWait() {
    scheduler.put(
        RETRY, "job-1", "payload", START, JobHeaders.DELAY_MS, "1000", JobHeaders.ATTEMPT, "2");
    scheduler.pass(990);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.pass(30);
    List<TestRecord<byte[], byte[]>> out = scheduler.at(QUEUE);
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.ATTEMPT)).isEqualTo("2");
    assertThat(header(out.getFirst(), JobHeaders.QUEUE)).isEqualTo("mail");
    assertThat(header(out.getFirst(), JobHeaders.NOT_BEFORE)).isNull();
    assertThat(header(out.getFirst(), JobHeaders.DELAY_MS)).isNull();
  }

  @Test
  void aRetryWithoutAWaitComesBackAtOnce() {
    scheduler.put(RETRY, "job-1", "p", START, JobHeaders.ATTEMPT, "2");
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aJobKeepsItsOrderingKeyAndItsLane() {
    scheduler.put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.KEY,
        "customer-7",
        JobHeaders.PRIORITY,
        "high",
        JobHeaders.DELAY_MS,
        "10");
    scheduler.pass(50);
    List<TestRecord<byte[], byte[]>> out = scheduler.at("tasks.mail.high");
    assertThat(out).hasSize(1);
    assertThat(text(out.getFirst().key())).isEqualTo("customer-7");
  }

  @Test
  void aJobWithoutAQueueGoesToItsTypes() {
    scheduler.catalog().define(TaskDefinition.of("Letter").queue("mail"));
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.TYPE, "Letter", JobHeaders.DELAY_MS, "10");
    scheduler.pass(50);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aRecordWithoutAnIdGetsThatOfItsPlaceBeforeItMoves() {
    scheduler
        .driver()
        .createInputTopic(DELAYED, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                bytes("customer-7"),
                null,
                new RecordHeaders().add(JobHeaders.DELAY_MS, bytes("10")),
                START));
    scheduler.pass(50);
    List<TestRecord<byte[], byte[]>> out = scheduler.at("tasks.default");
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.ID)).isEqualTo("tasks.delayed-0-0");
    assertThat(header(out.getFirst(), JobHeaders.RUN)).isEqualTo("tasks.delayed-0-0");
    assertThat(header(out.getFirst(), JobHeaders.KEY)).isEqualTo("customer-7");
    assertThat(text(out.getFirst().key())).isEqualTo("customer-7");
    assertThat(header(out.getFirst(), JobHeaders.CREATED_AT)).isEqualTo(Long.toString(START));
    assertThat(out.getFirst().value()).isNull();
  }

  @Test
  void aClockThatIsSetBackOnlyMakesJobsWait() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    scheduler.clock().addAndGet(-10_000);
    scheduler.driver().advanceWallClockTime(Duration.ofMillis(500));
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.clock().addAndGet(10_500);
    scheduler.driver().advanceWallClockTime(Duration.ofMillis(1_100));
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aClockThatJumpsAheadAndBackLetsEachJobLeaveOnceAndNoneBeforeItsTime() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "5000");
    scheduler.put(
        DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    scheduler.clock().addAndGet(10_000);
    scheduler.driver().advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-1");
    scheduler.clock().addAndGet(-9_000);
    scheduler.pass(58_000);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.pass(2_000);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-2");
  }

  @Test
  void manyJobsOfOneInstantAllLeaveOnce() {
    for (int i = 0; i < 3_000; i++) {
      scheduler.put(
          DELAYED, "job-" + i, "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    }
    for (int i = 0; i < 100; i++) {
      scheduler.pass(100);
    }
    List<TestRecord<byte[], byte[]>> out = scheduler.at(QUEUE);
    assertThat(out).hasSize(3_000);
    assertThat(out.stream().map(job -> text(job.key())).distinct()).hasSize(3_000);
    try (var left =
        scheduler.driver().<byte[], byte[]>getKeyValueStore("due").range(null, new byte[] {127})) {
      assertThat(left).as("entries left behind").isExhausted();
    }
  }
}
