package io.clusterdb.tasks.scheduler.topology;

import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.DEAD;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.QUEUE;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.header;
import static io.clusterdb.tasks.scheduler.topology.SchedulerDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
import io.clusterdb.tasks.schemas.avro.UniqueDecision;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unique jobs: of those with one key, who runs, who waits and who hears of it. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class UniqueTopologyTest {
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
  void ofJobsWithOneKeyTheFirstRunsAndTheOthersHearWhoHoldsIt() {
    scheduler.unique("job-1", "k", "first", 60_000);
    scheduler.unique("job-2", "k", "first", 60_000);
    scheduler.unique("job-3", "other", "first", 60_000);
    assertThat(scheduler.at(QUEUE))
        .extracting(job -> text(job.key()))
        .containsExactly("job-1", "job-3");
    List<UniqueAdmission> answers = scheduler.answers();
    assertThat(answers.get(0).getDecision()).isEqualTo(UniqueDecision.ADMITTED);
    assertThat(answers.get(1).getDecision()).isEqualTo(UniqueDecision.HELD);
    assertThat(answers.get(1).getOtherId()).isEqualTo("job-1");
    JobEvent event = scheduler.events().getFirst();
    assertThat(event.getJobId()).isEqualTo("job-2");
    assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
    scheduler.pass(60_100);
    scheduler.unique("job-4", "k", "first", 60_000);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-4");
  }

  @Test
  void aKeyIsFreeWhenItsJobHasEndedIfItSaysSo() {
    scheduler.unique("job-1", "k", "first", 60_000);
    scheduler.released("another-run");
    scheduler.unique("job-2", "k", "first", 60_000);
    scheduler.released("run-job-1");
    scheduler.unique("job-3", "k", "first", 60_000);
    assertThat(scheduler.at(QUEUE))
        .extracting(job -> text(job.key()))
        .containsExactly("job-1", "job-3");
  }

  @Test
  void aNewerJobReplacesTheOneThatWaitsAndTheWaitStartsAgain() {
    scheduler.unique("job-1", "k", "replace", 1_000);
    scheduler.pass(900);
    scheduler.unique("job-2", "k", "replace", 1_000);
    scheduler.pass(900);
    assertThat(scheduler.at(QUEUE)).isEmpty();
    assertThat(scheduler.events())
        .extracting(JobEvent::getJobId, JobEvent::getState, JobEvent::getNote)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "job-1", JobState.CANCELLED, "replaced by job job-2"));
    scheduler.pass(200);
    List<TestRecord<byte[], byte[]>> out = scheduler.at(QUEUE);
    assertThat(out).extracting(job -> text(job.key())).containsExactly("job-2");
    assertThat(text(out.getFirst().value())).isEqualTo("of job-2");
    assertThat(header(out.getFirst(), JobHeaders.UNIQUE_REPLY_KEY)).isNull();
    assertThat(scheduler.answers().get(1).getOtherId()).isEqualTo("job-1");
  }

  @Test
  void aJobThatWaitsForNewerOnesIsCancelledAndItsKeyIsFree() {
    scheduler.unique("job-1", "k", "replace", 1_000);
    scheduler.command(JobCommandKind.CANCEL, "job-2", null, null);
    scheduler.command(JobCommandKind.CANCEL, "job-1", "another-run", null);
    assertThat(scheduler.events()).isEmpty();
    scheduler.command(JobCommandKind.CANCEL, "job-1", null, null);
    assertThat(scheduler.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getJobId()).isEqualTo("job-1");
              assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
              assertThat(event.getNote()).isEqualTo("not wanted");
              assertThat(event.getCommandId()).isEqualTo("command-3");
            });
    scheduler.unique("job-3", "k", "first", 1_000);
    scheduler.pass(2_000);
    assertThat(scheduler.at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-3");
    assertThat(scheduler.at(DEAD)).isEmpty();
  }

  @Test
  void aUniqueJobWithAWrongPolicyIsADeadLetter() {
    scheduler.unique("job-1", "k", "sometimes", 1_000);
    assertThat(scheduler.at(DEAD)).hasSize(1);
    scheduler.unique("job-2", "k", "first", 1_000);
    assertThat(scheduler.at(QUEUE)).hasSize(1);
  }
}
