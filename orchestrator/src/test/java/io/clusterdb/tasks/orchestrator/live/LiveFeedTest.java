package io.clusterdb.tasks.orchestrator.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What watchers are sent. */
class LiveFeedTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicLong late = new AtomicLong();
  private volatile boolean broken;
  private final LiveFeed feed =
      new LiveFeed(this::all, new FakeTail(), this::now, () -> System.nanoTime() + late.get());

  /** Asked once for each frame, when its queues are known. */
  private Instant now() {
    made.incrementAndGet();
    return Instant.now();
  }

  private List<QueueStats> all() {
    asked.incrementAndGet();
    if (broken) {
      throw new TasksException(ErrorCode.UNREACHABLE, "no broker answers.");
    }
    return List.of(stats("mails"), stats("reports"));
  }

  private static QueueStats stats(String queue) {
    return new QueueStats(queue, false, 3, Map.of(), Map.of(), null, 0, 0, 0, 1, 1, 0, 0);
  }

  private static final class FakeTail implements LiveFeed.Tail {
    private int looks;

    @Override
    public EventTail.News look() {
      looks++;
      EventTail.Seen old = seen("mails", "old");
      EventTail.Seen now = seen(looks % 2 == 0 ? "mails" : "reports", "number-" + looks);
      return new EventTail.News(List.of(now), List.of(old, now), 5);
    }

    private static EventTail.Seen seen(String queue, String id) {
      ObjectNode json = Json.mapper().createObjectNode().put("jobId", id);
      return new EventTail.Seen(queue, json);
    }

    @Override
    public void close() {
      looks = 0;
    }
  }

  /** Keeps what is written, as text. */
  private static class Reader extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      throw new AssertionError("byte by byte");
    }

    @Override
    public void write(byte[] part, int from, int length) throws IOException {
      bytes.write(part, from, length);
    }

    List<JsonNode> data(String event) throws IOException {
      List<JsonNode> found = new ArrayList<>();
      for (String block : bytes.toString(StandardCharsets.UTF_8).split("\n\n", -1)) {
        if (block.startsWith("event: " + event + "\n")) {
          found.add(Json.mapper().readTree(block.substring(block.indexOf("data: ") + 6)));
        }
      }
      return found;
    }
  }

  private Thread watch(Watch watch, OutputStream out) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (LiveFeed.Seat seat = feed.enter(watch)) {
                seat.write(out);
              } catch (IOException e) {
                // the reader has gone
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @AfterEach
  void close() throws InterruptedException {
    feed.close();
  }

  @Test
  void oneFrameServesAllWatchers() throws IOException {
    Reader all = new Reader();
    Reader one = new Reader();
    watch(new Watch(null, false), all);
    watch(new Watch("mails", true), one);
    Awaitility.await().until(() -> all.data("queues").size() > 1 && one.data("events").size() > 1);

    assertThat(all.data("queues").getFirst().path("queues")).hasSize(2);
    assertThat(all.data("events")).isEmpty();
    assertThat(one.data("queues").getFirst().path("queues")).hasSize(1);
    JsonNode first = one.data("events").getFirst();
    assertThat(first.path("events").get(0).path("jobId").asText()).isEqualTo("old");
    assertThat(first.path("skipped").asLong()).isEqualTo(5);
    int before = asked.get(); // one of them may be for a frame that is being made
    assertThat(made.get()).isGreaterThanOrEqualTo(before - 1);
  }

  @Test
  void nothingIsAskedWhileNobodyWatches() {
    Reader reader = new Reader();
    Thread watcher = watch(new Watch(null, false), reader);
    Awaitility.await().until(() -> !reader.data("queues").isEmpty());
    watcher.interrupt();
    Awaitility.await().until(() -> !watcher.isAlive());
    int before = asked.get();
    Awaitility.await()
        .during(Duration.ofMillis(2_200))
        .atMost(Duration.ofSeconds(4))
        .until(() -> asked.get() <= before + 1);
  }

  @Test
  void aProblemIsTold() {
    broken = true;
    Reader reader = new Reader();
    watch(new Watch(null, false), reader);
    Awaitility.await().until(() -> !reader.data("problem").isEmpty());
    broken = false;
    Awaitility.await().until(() -> !reader.data("queues").isEmpty());
  }

  @Test
  void whoDoesNotReadIsLeft() {
    CountDownLatch never = new CountDownLatch(1);
    Reader stuck =
        new Reader() {
          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException("interrupted", e);
            }
          }
        };
    Thread watcher = watch(new Watch(null, false), stuck);
    Awaitility.await().until(() -> watcher.getState() == Thread.State.WAITING);
    late.addAndGet(Duration.ofMinutes(1).toNanos());
    Awaitility.await().until(() -> !watcher.isAlive());
  }

  @Test
  void thereIsOnePlaceForEachOfAFewAndAllLeaveAtTheEnd() throws InterruptedException {
    List<Thread> watchers = new ArrayList<>();
    CountDownLatch seated = new CountDownLatch(LiveFeed.MOST);
    for (int i = 0; i < LiveFeed.MOST; i++) {
      watchers.add(
          watch(
              new Watch(null, false),
              new Reader() {
                private boolean counted;

                @Override
                public void write(byte[] bytes, int from, int length) {
                  if (!counted) {
                    counted = true;
                    seated.countDown();
                  }
                }
              }));
    }
    seated.await();
    assertThatThrownBy(() -> feed.requirePlace())
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("200 watchers");
    feed.close();
    Awaitility.await().until(() -> watchers.stream().noneMatch(Thread::isAlive));
    assertThatThrownBy(() -> feed.requirePlace()).isInstanceOf(ProblemException.class);
  }
}
