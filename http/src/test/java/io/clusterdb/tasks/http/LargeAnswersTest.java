package io.clusterdb.tasks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LargeAnswersTest {
  private static final int BYTES = 100 << 10;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CountDownLatch read = new CountDownLatch(1);

  /** As a connection of which nobody reads. */
  private void block() {
    try {
      read.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("closed by an interrupt", e);
    }
  }

  private CompletableFuture<Boolean> unread(LargeAnswers answers, CountDownLatch begun) {
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                sent.complete(
                    answers.send(
                        BYTES,
                        () -> {
                          begun.countDown();
                          block();
                        }));
              } catch (RuntimeException e) {
                sent.completeExceptionally(e);
              }
            });
    return sent;
  }

  @Test
  void whatIsNotReadTakesNoMoreThanItsRoomAndSmallAnswersGoOn() throws Exception {
    LargeAnswers answers = new LargeAnswers(3L * BYTES, Duration.ofMillis(20), LONG);
    CountDownLatch begun = new CountDownLatch(3);
    CompletableFuture<?>[] all = {
      unread(answers, begun), unread(answers, begun), unread(answers, begun)
    };
    begun.await();

    assertThat(answers.send(BYTES, () -> {})).isFalse();
    assertThat(answers.send(LargeAnswers.LARGE, () -> {})).isTrue();

    read.countDown();
    CompletableFuture.allOf(all).get();
    assertThat(answers.send(BYTES, () -> {})).isTrue();
  }

  @Test
  void aCallerThatNeverReadsIsCutOffAndItsRoomIsFree() throws Exception {
    LargeAnswers answers = new LargeAnswers(BYTES, LONG, Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> unread = unread(answers, begun);
    begun.await();

    assertThat(answers.send(BYTES, () -> {})).isTrue();
    assertThatThrownBy(unread::get).hasMessageContaining("closed by an interrupt");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void oneThatIsLargerThanTheRoomHasAllOfIt() {
    LargeAnswers answers = new LargeAnswers(BYTES, Duration.ofMillis(20), LONG);
    assertThat(answers.send(100 * BYTES, () -> {})).isTrue();
  }
}
