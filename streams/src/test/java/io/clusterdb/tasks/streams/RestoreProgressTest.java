package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.RestoreProgress.OfStore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
  private static final TopicPartition FIRST = new TopicPartition("due-changelog", 0);
  private static final TopicPartition SECOND = new TopicPartition("due-changelog", 1);
  private static final TopicPartition OTHER = new TopicPartition("unique-changelog", 0);

  private final AtomicLong nanos = new AtomicLong();
  private final RestoreProgress progress = new RestoreProgress("scheduler", nanos::get);

  @Test
  void addsUpThePartitionsOfEachStore() {
    progress.onRestoreStart(FIRST, "due", 100, 1_100);
    progress.onRestoreStart(SECOND, "due", 0, 500);
    progress.onRestoreStart(OTHER, "unique", 0, 10);
    progress.onBatchRestored(FIRST, "due", 400, 300);
    progress.onBatchRestored(FIRST, "due", 600, 200);
    assertThat(progress.stores())
        .containsExactly(new OfStore("due", 2, 500, 1_500), new OfStore("unique", 1, 0, 10));
    assertThat(progress.now().restored()).isEqualTo(500);
  }

  @Test
  void forgetsWhatIsRestoredOrGivenUp() {
    progress.onRestoreStart(FIRST, "due", 0, 10);
    progress.onRestoreStart(SECOND, "due", 0, 10);
    progress.onRestoreEnd(FIRST, "due", 10);
    assertThat(progress.stores()).containsExactly(new OfStore("due", 1, 0, 10));
    progress.onRestoreSuspended(SECOND, "due", 3);
    assertThat(progress.stores()).isEmpty();
    assertThat(progress.now().busy()).isFalse();
  }
}
