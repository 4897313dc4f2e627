package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final long MS = 1_000_000;
  private static final long LEAST = 5 * MS;

  private final AtomicLong now = new AtomicLong(1_000_000 * MS);
  private final CommitTimes times = new CommitTimes(now::get);
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final CommitPace pace =
      CommitPace.perThread(times, now::get, Duration.ofNanos(LEAST)).get();

  @Test
  void whatComesAloneGoesOutAtOnce() {
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
    commit(2 * MS);
    now.addAndGet(LEAST);
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatComesBeforeAnAskedCommitBeginsIsPartOfIt() {
    commit(MS);
    now.addAndGet(LEAST);
    assertThat(ask()).isZero();
    now.addAndGet(MS / 2);
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void worksTwiceAsLongAsACommitTookBeforeTheNext() {
    commit(30 * MS);
    assertThat(ask()).isEqualTo(60 * MS);
    now.addAndGet(60 * MS - 1);
    assertThat(ask()).isEqualTo(1);
    assertThat(context.committed()).isFalse();
    now.addAndGet(1);
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void worksTheLeastTimeAfterACommitThatTookLittle() {
    commit(MS / 10);
    assertThat(ask()).isEqualTo(LEAST);
    assertThat(context.committed()).isFalse();
  }

  @Test
  void countsFromTheCommitThatNobodyAskedFor() {
    assertThat(ask()).isZero();
    commit(MS);
    now.addAndGet(3 * MS);
    commit(MS);
    assertThat(ask()).isEqualTo(LEAST);
  }

  @Test
  void asksByTheClockWhileNoCommitIsKnown() {
    assertThat(ask()).isZero();
    now.addAndGet(2 * MS);
    assertThat(ask()).isEqualTo(3 * MS);
  }

  private long ask() {
    context.resetCommit();
    return pace.ask(context);
  }

  private void commit(long nanos) {
    times.begun();
    now.addAndGet(nanos / 2);
    times.begun(); // each partition flushes
    now.addAndGet(nanos - nanos / 2);
    times.ended();
  }
}
