package io.clusterdb.tasks.orchestrator.tracker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchRowTest {
  @Test
  void completesWhenAllOfAClosedBatchHaveEnded() {
    BatchRow row = BatchRow.NONE.moved(null, JobState.QUEUED, 1).closed(2, true, 2);
    assertThat(row.completes()).isFalse();
    row = row.moved(JobState.QUEUED, JobState.SUCCEEDED, 3);
    assertThat(row.completes()).isFalse(); // the other was not seen yet
    row = row.moved(null, JobState.DEAD, 4);
    assertThat(row.completes()).isTrue();
    assertThat(row.completed(5).completes()).isFalse();
  }

  @Test
  void anOpenBatchIsNeverComplete() {
    BatchRow row = BatchRow.NONE.moved(null, JobState.SUCCEEDED, 1);
    assertThat(row.completes()).isFalse();
    assertThat(row.settled()).isTrue(); // and may be forgotten in time
    assertThat(row.closed(1, false, 2).completes()).isTrue();
  }

  @Test
  void anEmptyBatchIsCompleteAtOnce() {
    assertThat(BatchRow.NONE.closed(0, true, 1).completes()).isTrue();
  }

  @Test
  void whatIsClosedStaysAsItIs() {
    BatchRow closed = BatchRow.NONE.closed(3, true, 1);
    assertThat(closed.closed(1, false, 2)).isEqualTo(closed);
  }

  @Test
  void aReplayedDeadLetterIsWaitedForAgain() {
    BatchRow row = BatchRow.NONE.moved(null, JobState.DEAD, 1).moved(null, JobState.QUEUED, 1);
    row = row.closed(2, false, 1);
    row = row.moved(JobState.DEAD, null, 2).moved(null, JobState.QUEUED, 2);
    row = row.moved(JobState.QUEUED, JobState.SUCCEEDED, 3);
    assertThat(row.completes()).isFalse();
    row = row.moved(JobState.QUEUED, JobState.SUCCEEDED, 4);
    assertThat(row.completes()).isTrue();
  }

  @Test
  void aPurgedDeadLetterHasEnded() {
    BatchRow row = BatchRow.NONE.moved(null, JobState.DEAD, 1).moved(JobState.DEAD, null, 2);
    assertThat(row.closed(1, false, 3).completes()).isTrue();
  }

  @Test
  void isReadAsItWasWritten() {
    BatchRow row =
        BatchRow.NONE
            .moved(null, JobState.DEAD, 1)
            .moved(JobState.DEAD, null, 2)
            .moved(null, JobState.CANCELLED, 3)
            .closed(1_000_000, true, 1_790_000_000_000L);
    assertThat(BatchRow.read(row.write())).isEqualTo(row);
    assertThat(BatchRow.read(BatchRow.NONE.write())).isEqualTo(BatchRow.NONE);
    byte[] move = BatchRow.move(JobState.QUEUED, JobState.RUNNING);
    assertThat(BatchRow.NONE.moved(null, JobState.QUEUED, 0).moved(move, 9))
        .isEqualTo(BatchRow.NONE.moved(null, JobState.RUNNING, 9));
  }

  /** In whatever order the partitions of its jobs are read: complete once, and at the end. */
  @Test
  void completesOnceInAnyOrder() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int jobs = 1 + random.nextInt(6);
      List<List<JobState>> paths = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        paths.add(path(random));
      }
      int closesAt = random.nextInt(jobs * 4);
      BatchRow row = BatchRow.NONE;
      int completions = 0;
      int[] at = new int[jobs];
      for (int step = 0; ; step++) {
        if (step == closesAt) {
          row = row.closed(jobs, true, step);
        } else {
          int job = random.nextInt(jobs);
          if (at[job] < paths.get(job).size()) {
            JobState from = at[job] == 0 ? null : paths.get(job).get(at[job] - 1);
            row = row.moved(from, paths.get(job).get(at[job]++), step);
          }
        }
        boolean ended = step >= closesAt;
        for (int job = 0; job < jobs; job++) {
          ended &= at[job] == paths.get(job).size();
        }
        if (row.completes()) {
          completions++;
          assertThat(ended).as("seed %d: complete too soon", seed).isTrue();
          row = row.completed(step);
        }
        if (ended) {
          break;
        }
      }
      assertThat(completions).as("seed %d", seed).isEqualTo(1);
    }
  }

  private static List<JobState> path(Random random) {
    List<JobState> path = new ArrayList<>();
    path.add(JobState.QUEUED);
    while (random.nextInt(3) == 0) {
      path.add(JobState.RETRYING);
      path.add(JobState.QUEUED);
    }
    path.add(List.of(JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED).get(random.nextInt(3)));
    return path;
  }
}
