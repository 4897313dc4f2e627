package io.clusterdb.tasks.scheduler.topology;

import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.CODEC;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.CONTROL;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DEAD;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DELAYED;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.QUEUE;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.START;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.header;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to jobs that wait: they are cancelled, or get another time. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class CommandsTopologyTest {
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
  void aWaitingJobIsCancelledAndTheLogSaysSo() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    scheduler.put(
        DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    scheduler.command(JobCommandKind.CANCEL, "job-1", null, null);
    scheduler.pass(100);
    JobEvent event = scheduler.events().getFirst();
    assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
    assertThat(event.getJobId()).isEqualTo("job-1");
    assertThat(event.getRun()).isEqualTo("run-job-1");
    assertThat(event.getQueue()).isEqualTo("mail");
    assertThat(event.getCommandId()).isEqualTo("command-1");
    assertThat(event.getNote()).isEqualTo("not wanted");
    scheduler.pass(70_000);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-2");
    assertThat(scheduler.events()).isEmpty();
  }

  @Test
  void whoWaitsForACancelledJobHearsOfIt() {
    scheduler.put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.DELAY_MS,
        "60000",
        JobHeaders.REPLY_TO,
        "caller",
        JobHeaders.REPLY_KEY,
        "me/1");
    scheduler.command(JobCommandKind.CANCEL, "job-1", "run-job-1", null);
    scheduler.pass(100);
    List<TestRecord<byte[], byte[]>> replies = scheduler.at("tasks.replies");
    assertThat(replies).hasSize(1);
    assertThat(text(replies.getFirst().key())).isEqualTo("me/1");
    JobOutcome outcome =
        CODEC.decode("tasks.replies", replies.getFirst().value(), JobOutcome.class);
    assertThat(outcome.getState()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aCommandToAJobThatIsNotHereIsIgnored() {
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    scheduler.command(JobCommandKind.CANCEL, "job-1", "another-run", null);
    scheduler.command(JobCommandKind.CANCEL, "job-9", null, null);
    scheduler.pass(60_000);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
    assertThat(scheduler.events()).isEmpty();
    assertThat(scheduler.entries()).as("commands left behind").isZero();
  }

  @Test
  void aCommandMeetsAJobThatIsOnItsWay() {
    scheduler.command(JobCommandKind.CANCEL, "job-1", null, null);
    scheduler.pass(500);
    scheduler.put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.CREATED_AT,
        Long.toString(START - 5),
        JobHeaders.DELAY_MS,
        "1000");
    scheduler.pass(20_000);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    assertThat(scheduler.events())
        .extracting(JobEvent::getState)
        .containsExactly(JobState.CANCELLED);
  }

  @Test
  void aJobThatWasEnqueuedAfterTheCommandIsAnotherOne() {
    scheduler.command(JobCommandKind.CANCEL, "job-1", null, null);
    scheduler.put(
        DELAYED, "job-1", "p", START + 1, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    scheduler.pass(20_000);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }

  @Test
  void aWaitingJobGetsAnotherTimeLaterOrEarlier() {
    scheduler.put(
        DELAYED, "later", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    scheduler.put(
        DELAYED, "sooner", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    scheduler.command(JobCommandKind.RESCHEDULE, "later", null, START + 30_000);
    scheduler.command(JobCommandKind.RESCHEDULE, "sooner", null, START + 10_000);
    scheduler.pass(9_900);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.pass(200);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("sooner");
    scheduler.pass(19_700);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    scheduler.pass(300);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("later");
    assertThat(scheduler.events())
        .allSatisfy(event -> assertThat(event.getState()).isEqualTo(JobState.SCHEDULED))
        .extracting(event -> event.getNextAttemptAt().toEpochMilli())
        .containsExactlyInAnyOrder(START + 30_000, START + 10_000);
  }

  @Test
  void aCommandThatCannotBeReadIsADeadLetterAndOthersGoOn() {
    scheduler.put(CONTROL, "job-1", "no command", START);
    scheduler.put(
        DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    scheduler.command(JobCommandKind.RESCHEDULE, "job-1", null, null);
    scheduler.pass(200);
    assertThat(scheduler.at(DEAD))
        .hasSize(2)
        .allMatch(dead -> "INVALID_RECORD".equals(header(dead, JobHeaders.ERROR_TYPE)));
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }
}
