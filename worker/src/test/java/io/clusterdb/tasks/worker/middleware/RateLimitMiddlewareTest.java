package io.clusterdb.tasks.worker.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  void startsAtTheRateAndABurstAfterAPause() throws Exception {
    ManualTicker ticker = new ManualTicker();
    long start = ticker.nanos();
    RateLimitMiddleware limit = limit(100, 10, ticker);
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (i == 20) {
        ticker.advance(Duration.ofMillis(800));
      }
      limit.handle(CONTEXT, () -> starts.add((ticker.nanos() - start) / 1e6));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(starts.get(i)).isCloseTo(10.0 * (i + 1), within(0.01));
      assertThat(starts.get(20 + i)).isCloseTo(1_000 + 10.0 * Math.max(0, i - 9), within(0.01));
    }
  }

  @Test
  void servesInOrderAndSkipsWhoIsInterrupted() throws Exception {
    // Waits until it is told, so that all others queue behind the first.
    CountDownLatch open = new CountDownLatch(1);
    ManualTicker time = new ManualTicker();
    // Whose turn it is waits here; who runs first after its turn is up to the scheduler of threads.
    List<Integer> turns = Collections.synchronizedList(new ArrayList<>());
    Ticker gate =
        new Ticker() {
          @Override
          public long nanos() {
            return time.nanos();
          }

          @Override
          public void sleep(long nanos) throws InterruptedException {
            open.await();
            turns.add(Integer.parseInt(Thread.currentThread().getName()));
            time.sleep(nanos);
          }
        };
    RateLimitMiddleware limit = limit(1, 1, gate);
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().name("" + number).start(() -> enter(limit, number, served)));
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
    assertThat(turns).containsExactly(1, 2, 4, 5);
    assertThat(served).containsExactlyInAnyOrder(1, 2, 4, 5);
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
