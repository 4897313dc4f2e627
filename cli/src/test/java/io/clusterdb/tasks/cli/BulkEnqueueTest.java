package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BulkEnqueueTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();

  @Test
  void sendsALineAfterTheOther() throws Exception {
    List<String> sent = new ArrayList<>();
    BulkEnqueue.Summary summary =
        run(
            "{\"a\":1}\n\n{\"a\":2}",
            payload -> {
              sent.add(payload.text());
              return CompletableFuture.completedFuture(true);
            });
    assertThat(sent).containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(summary).isEqualTo(new BulkEnqueue.Summary(2, 0, null));
  }

  @Test
  void namesBadLinesAndGoesOn() throws Exception {
    BulkEnqueue.Summary summary =
        run("1\n{\n2\n3\n4", payload -> payload.text().equals("3") ? refused() : done());
    assertThat(summary).isEqualTo(new BulkEnqueue.Summary(3, 2, null));
    assertThat(err.toString(UTF_8))
        .contains("line 2: expected JSON, found {")
        .contains("line 4: Invalid payload: too odd");
  }

  @Test
  void endsAtWhatEveryLineWouldMeet() throws Exception {
    AtomicLong calls = new AtomicLong();
    BulkEnqueue.Summary summary =
        run(
            "1\n2\n3\n4",
            payload -> {
              calls.incrementAndGet();
              return payload.text().equals("1")
                  ? done()
                  : CompletableFuture.failedFuture(
                      new TasksException(ErrorCode.QUEUE_FULL, "queue q holds 1 of 1."));
            });
    assertThat(calls).hasValue(2);
    assertThat(summary.enqueued()).isEqualTo(1);
    assertThat(summary.fatal()).hasMessage("Queue full: queue q holds 1 of 1. (line 2)");
  }

  @Test
  void keepsABoundedAmountUnderWay() throws Exception {
    AtomicLong under = new AtomicLong();
    AtomicLong most = new AtomicLong();
    Queue<CompletableFuture<Boolean>> waiting = new ConcurrentLinkedQueue<>();
    AtomicLong calls = new AtomicLong();
    String line = "\"" + "x".repeat(1_000_000) + "\"\n";
    run(
        line.repeat(64),
        payload -> {
          most.accumulateAndGet(under.addAndGet(1), Math::max);
          CompletableFuture<Boolean> answer = new CompletableFuture<>();
          waiting.add(answer);
          if (calls.incrementAndGet() % 8
              == 0) { // the broker answers in groups, some always pending
            Thread.startVirtualThread(() -> answer(waiting, under));
          }
          return answer;
        });
    assertThat(most.get()).isLessThanOrEqualTo(16);
  }

  @Test
  void tellsHowFarItIsEveryFewSeconds() throws Exception {
    run(
        "1\n2\n3\n",
        payload -> {
          now.addAndGet(6_000_000_000L);
          return done();
        });
    assertThat(err.toString(UTF_8)).contains("1 jobs enqueued, 0 failed, 6 s");
  }

  private static void answer(Queue<CompletableFuture<Boolean>> waiting, AtomicLong under) {
    for (var next = waiting.poll(); next != null; next = waiting.poll()) {
      under.decrementAndGet();
      next.complete(true);
    }
  }

  private BulkEnqueue.Summary run(String input, Function<Payload, CompletableFuture<Boolean>> send)
      throws Exception {
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(err, true, UTF_8),
            false);
    Progress progress = new Progress(terminal, now::get);
    return new BulkEnqueue(terminal, progress, JobLine::ofJson, send)
        .run(new LineReader(new ByteArrayInputStream(input.getBytes(UTF_8)), 2_000_000));
  }

  private static CompletableFuture<Boolean> done() {
    return CompletableFuture.completedFuture(true);
  }

  private static CompletableFuture<Boolean> refused() {
    return CompletableFuture.failedFuture(new TasksException(ErrorCode.INVALID_PAYLOAD, "too odd"));
  }
}
