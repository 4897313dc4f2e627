package io.clusterdb.tasks.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.worker.engine.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private final AtomicLong now = new AtomicLong();
  private final Dispatcher dispatcher = new Dispatcher(now::get);
  private final Tenure tenure = new Tenure(new TopicPartition("tasks.q", 0));
  private long nextOffset;

  /** A slot that goes home instead of waiting. */
  private static final class Impatient implements Taker {
    private int asked;

    @Override
    public boolean stays() {
      return asked++ == 0;
    }

    @Override
    public void took(Attempt attempt) {}
  }

  private Attempt attempt(Priority lane, @Nullable String key) {
    return new Attempt(
        new ConsumerRecord<>("tasks.q", 0, nextOffset++, null, null), tenure, lane, 0, key);
  }

  private Attempt attempt() {
    return attempt(Priority.NORMAL, null);
  }

  /** What a slot would get now; null if it had to wait. */
  private @Nullable Attempt takeNow() throws InterruptedException {
    Impatient taker = new Impatient();
    // The slot asks once; if nothing is ready it is woken at once and goes home.
    List<Attempt> got = new ArrayList<>();
    Thread slot =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Attempt next = dispatcher.take(taker);
                    if (next != null) {
                      got.add(next);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    while (slot.isAlive()) {
      dispatcher.recheck();
      slot.join(java.time.Duration.ofMillis(1));
    }
    return got.isEmpty() ? null : got.get(0);
  }

  @Test
  void attemptsComeInTheirOrder() throws Exception {
    Attempt first = attempt();
    Attempt second = attempt();
    dispatcher.add(List.of(first, second));
    assertThat(takeNow()).isSameAs(first);
    assertThat(takeNow()).isSameAs(second);
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.running()).isEqualTo(2);
  }

  @Test
  void closedTenureIsForgotten() throws Exception {
    dispatcher.add(attempt());
    tenure.close();
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void keyLetsOneThroughAtATime() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt second = attempt(Priority.NORMAL, "a");
    Attempt other = attempt(Priority.NORMAL, "b");
    dispatcher.add(List.of(first, second, other));
    assertThat(takeNow()).isSameAs(first);
    assertThat(takeNow()).isSameAs(other);
    assertThat(takeNow()).isNull();
    dispatcher.releaseKey(first);
    assertThat(takeNow()).isSameAs(second);
    dispatcher.releaseKey(first); // a second release of the same attempt does nothing
    assertThat(takeNow()).isNull();
  }

  @Test
  void blockedKeyWaitsForItsNextAttempt() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt second = attempt(Priority.NORMAL, "a");
    dispatcher.add(List.of(first, second));
    assertThat(takeNow()).isSameAs(first);
    Attempt again = first.again(2);
    dispatcher.add(again);
    assertThat(takeNow()).isSameAs(again);
    assertThat(takeNow()).isNull();
    dispatcher.releaseKey(again);
    assertThat(takeNow()).isSameAs(second);
  }

  @Test
  void whatIsOnlyLinedUpWaitsForItsKeyAndThenForItsOwner() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt suspect = attempt(Priority.NORMAL, "a");
    Attempt last = attempt(Priority.NORMAL, "a");
    dispatcher.add(first);
    dispatcher.lineUp(suspect);
    dispatcher.add(last);
    assertThat(takeNow()).isSameAs(first);
    assertThat(dispatcher.passed()).isNull();
    dispatcher.releaseKey(first);
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.passed()).isSameAs(suspect);
    assertThat(dispatcher.passed()).isNull();
    dispatcher.add(suspect);
    assertThat(takeNow()).isSameAs(suspect);
    Attempt again = suspect.again(2);
    dispatcher.lineUp(again);
    assertThat(dispatcher.passed()).as("its key has waited for it").isSameAs(again);
    dispatcher.hold(true);
    dispatcher.addAlone(again);
    assertThat(takeNow()).isSameAs(again);
    dispatcher.hold(false);
    assertThat(takeNow()).isNull();
    dispatcher.releaseKey(again);
    assertThat(takeNow()).isSameAs(last);
  }

  @Test
  void whatIsForgottenKeepsNobodyWaiting() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt second = attempt(Priority.NORMAL, "a");
    Attempt third = attempt(Priority.NORMAL, "a");
    dispatcher.add(List.of(first, second, third));
    assertThat(takeNow()).isSameAs(first);
    dispatcher.forget(first.again(2)); // it was never added
    assertThat(takeNow()).isSameAs(second);
    dispatcher.forget(second);
    assertThat(takeNow()).isSameAs(third);
  }

  @Test
  void overtakenJobIsTheNextOfItsKey() throws Exception {
    dispatcher.order(true, OnRetry.OVERTAKE);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt second = attempt(Priority.NORMAL, "a");
    Attempt third = attempt(Priority.NORMAL, "a");
    dispatcher.add(List.of(first, second, third));
    assertThat(takeNow()).isSameAs(first);
    dispatcher.releaseKey(first);
    assertThat(takeNow()).isSameAs(second);
    Attempt again = first.again(2);
    dispatcher.add(again);
    assertThat(takeNow()).isNull();
    dispatcher.releaseKey(second);
    assertThat(takeNow()).isSameAs(again);
    dispatcher.releaseKey(again);
    assertThat(takeNow()).isSameAs(third);
  }

  @Test
  void heldBackExceptForWhatGoesAhead() throws Exception {
    Attempt normal = attempt();
    Attempt alone = attempt();
    dispatcher.add(normal);
    dispatcher.hold(true);
    assertThat(dispatcher.held()).isTrue();
    assertThat(takeNow()).isNull();
    dispatcher.addAlone(alone);
    assertThat(takeNow()).isSameAs(alone);
    dispatcher.hold(false);
    assertThat(dispatcher.held()).isFalse();
    assertThat(takeNow()).isSameAs(normal);
  }

  @Test
  void whatIsToRunAloneStartsNeitherWhilePausedNorWhenItsPartitionHasGone() throws Exception {
    dispatcher.hold(true);
    Attempt alone = attempt();
    dispatcher.addAlone(alone);
    dispatcher.pause(true);
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.takeBack(alone)).isSameAs(alone);
    dispatcher.pause(false);
    dispatcher.addAlone(alone);
    tenure.close();
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void rateLimitLetsGoAsTokensCome() throws Exception {
    TokenBucket bucket = new TokenBucket(RateLimit.perSecond(10).burst(1), now.get());
    bucket.share(1, now.get());
    dispatcher.limit(bucket);
    dispatcher.add(List.of(attempt(), attempt()));
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.tick()).isEqualTo(100_000_000);
    now.addAndGet(100_000_000);
    assertThat(takeNow()).isNotNull();
    assertThat(takeNow()).isNull();
  }

  @Test
  void stoppedDispatcherSendsSlotsHome() throws Exception {
    dispatcher.add(attempt());
    dispatcher.stop();
    assertThat(takeNow()).isNull();
    assertThat(dispatcher.size()).isZero();
  }

  @Test
  void whatIsLetGoLeavesAPausedQueueWithoutItsKey() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt first = attempt(Priority.NORMAL, "a");
    Attempt second = attempt(Priority.NORMAL, "a");
    Attempt third = attempt(Priority.NORMAL, "a");
    dispatcher.letGo(attempt -> true);
    dispatcher.pause(true);
    dispatcher.add(List.of(first, second, third));
    assertThat(takeNow()).isNull();
    dispatcher.letGo(attempt -> attempt == second);
    assertThat(takeNow()).isSameAs(second);
    dispatcher.releaseKey(second); // it never held it
    assertThat(takeNow()).isNull();
    dispatcher.letGo(attempt -> attempt == first);
    assertThat(takeNow()).isSameAs(first);
    assertThat(dispatcher.size()).isZero();
    dispatcher.releaseKey(first);
    assertThat(takeNow()).isNull();
    dispatcher.pause(false);
    assertThat(takeNow()).isSameAs(third);
  }
}
