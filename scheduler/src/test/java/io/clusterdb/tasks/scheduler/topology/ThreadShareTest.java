package io.clusterdb.tasks.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.CommitTimes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class ThreadShareTest {
  private static final long MS = 1_000_000;

  private final AtomicLong now = new AtomicLong(1_000_000 * MS);
  private final CommitTimes times = new CommitTimes(now::get);
  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final ThreadShare share =
      ThreadShare.perThread(times, now::get, Duration.ofMillis(20)).get();

  @Test
  void aJobThatComesAloneIsCommittedAtOnce() {
    share.commitSoon(context);
    assertThat(context.committed()).isTrue();
  }

  /** Else each job of a scheduler that is behind would have a transaction of its own. */
  @Test
  void whereCommitsTakeLongJobsShareThem() {
    commit(200 * MS);
    int commits = 0;
    for (int job = 0; job < 100; job++) {
      now.addAndGet(10 * MS);
      share.commitSoon(context);
      if (context.committed()) {
        commits++;
        context.resetCommit();
        commit(200 * MS);
      }
    }
    assertThat(commits).isBetween(1, 3);
  }

  private void commit(long took) {
    times.begun();
    now.addAndGet(took);
    times.ended();
  }
}
