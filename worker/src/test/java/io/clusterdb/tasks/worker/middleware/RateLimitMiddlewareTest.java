package io.clusterdb.tasks.worker.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

@Timeout(30)
class RateLimitMiddlewareTest {
  private static final FakeContext CONTEXT =
      new FakeContext(Payload.json("1"), false, new RecordingLogger(Level.INFO));

  @Test
  void startsABurstAtOnceAndThenAtTheRate() throws Exception {
    ManualTicker ticker = new ManualTicker();
    long start = ticker.nanos();
    RateLimitMiddleware limit = limit(100, 10, ticker);
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      limit.handle(CONTEXT, () -> starts.add((ticker.nanos() - start) / 1e6));
    }
    for (int i = 0; i < 30; i++) {
      assertThat(starts.get(i)).isCloseTo(Math.max(0, i - 9) * 10.0, within(0.01));
    }
  }

  @Test
  void neverStartsMoreThanBurstAndRateAllow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      double rate = 0.1 + random.nextDouble() * 1_000;
      int burst = 1 + random.nextInt(20);
      long now = random.nextLong();
      TokenBucket bucket = new TokenBucket(rate, burst, now);
      List<Long> starts = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        now += random.nextInt(3) == 0 ? (long) (random.nextDouble() * 5e9 / rate) : 0;
        if (bucket.take(now) == 0) {
          starts.add(now);
        }
      }
      for (int i = 0; i < starts.size(); i++) {
        for (int j = i; j < starts.size(); j++) {
          double allowed = burst + (starts.get(j) - starts.get(i)) / 1e9 * rate;
          assertThat((double) (j - i + 1)).as("seed %d", seed).isLessThanOrEqualTo(allowed + 1e-3);
        }
      }
    }
  }

  @Test
  void aTokenIsThereWhenThePredictedWaitIsOver() {
    TokenBucket bucket = new TokenBucket(3, 1, 0);
    assertThat(bucket.take(0)).isZero();
    long wait = bucket.take(0);
    assertThat(Duration.ofNanos(wait)).isBetween(Duration.ofMillis(333), Duration.ofMillis(334));
    assertThat(bucket.take(wait - 1_000)).isPositive();
    assertThat(bucket.take(wait)).isZero();
  }

  @Test
  void servesInOrderAndSkipsWhoIsInterrupted() throws Exception {
    // Waits until it is told, so that all others queue behind the first.
    CountDownLatch open = new CountDownLatch(1);
    ManualTicker time = new ManualTicker();
    Ticker gate =
        new Ticker() {
          @Override
          public long nanos() {
            return time.nanos();
          }

          @Override
          public void sleep(long nanos) throws InterruptedException {
            open.await();
            time.sleep(nanos);
          }
        };
    RateLimitMiddleware limit = limit(1, 1, gate);
    limit.handle(CONTEXT, () -> null);
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().start(() -> enter(limit, number, served)));
      Awaitility.await().until(() -> threads.get(number).getState() == Thread.State.WAITING);
    }
    for (int interrupted : new int[] {0, 3}) {
      threads.get(interrupted).interrupt();
      threads.get(interrupted).join();
    }
    long start = time.nanos();
    open.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(served).containsExactly(1, 2, 4, 5);
    assertThat(Duration.ofNanos(time.nanos() - start))
        .isBetween(Duration.ofSeconds(4), Duration.ofMillis(4_001));
  }

  private static void enter(RateLimitMiddleware limit, int number, List<Integer> served) {
    try {
      limit.handle(CONTEXT, () -> served.add(number));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static RateLimitMiddleware limit(double perSecond, int burst, Ticker ticker) {
    return new RateLimitMiddleware(new DeclaredMiddleware.LocalRateLimit(perSecond, burst), ticker);
  }
}
