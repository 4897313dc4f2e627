package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.LineReader.Line;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends one job a line with a bounded amount under way, so that input of any length fits into
 * memory. A bad line is named and the rest goes on; what every line would meet ends it.
 */
final class BulkEnqueue {
  /** Bytes under way at most, with {@link #OVERHEAD} for each job beside its line. */
  private static final int BUDGET = 16 * 1024 * 1024;

  private static final int OVERHEAD = 512;

  private static final Set<ErrorCode> FATAL =
      EnumSet.of(
          ErrorCode.QUEUE_NOT_FOUND,
          ErrorCode.QUEUE_FULL,
          ErrorCode.UNREACHABLE,
          ErrorCode.FORBIDDEN,
          ErrorCode.CLOSED);

  private final Terminal terminal;
  private final Progress progress;
  private final Function<Line, JobLine> format;
  private final Function<Payload, CompletableFuture<Boolean>> send;
  private final Semaphore budget = new Semaphore(BUDGET);
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

  /**
   * Creates a sender.
   *
   * @param format what a line means
   * @param send sends a payload as a job; the future tells whether all went well
   */
  BulkEnqueue(
      Terminal terminal,
      Progress progress,
      Function<Line, JobLine> format,
      Function<Payload, CompletableFuture<Boolean>> send) {
    this.terminal = terminal;
    this.progress = progress;
    this.format = format;
    this.send = send;
  }

  /**
   * What became of the input.
   *
   * @param enqueued jobs that went well
   * @param failed lines that did not
   * @param fatal what ended it early; null if it came to the end of the input
   */
  record Summary(long enqueued, long failed, @Nullable Throwable fatal) {}

  /** Sends the lines and waits for all. */
  Summary run(LineReader lines) throws IOException, InterruptedException {
    @Nullable Line line = lines.next();
    while (line != null && fatal.get() == null) {
      switch (format.apply(line)) {
        case JobLine.Nothing nothing -> {}
        case JobLine.Bad bad -> refuse(line.number(), bad.reason());
        case JobLine.Job job -> send(line.number(), job.payload());
      }
      progress.tick(this::state);
      line = lines.next();
    }
    while (!budget.tryAcquire(BUDGET, 100, TimeUnit.MILLISECONDS)) {
      progress.tick(this::state);
    }
    progress.clear();
    return new Summary(done.get(), failed.get(), fatal.get());
  }

  private void send(long number, Payload payload) throws InterruptedException {
    byte @Nullable [] bytes = payload.bytes();
    int cost = Math.min(BUDGET, OVERHEAD + (bytes == null ? 0 : bytes.length));
    while (!budget.tryAcquire(cost, 100, TimeUnit.MILLISECONDS)) {
      progress.tick(this::state);
    }
    CompletableFuture<Boolean> sent;
    try {
      sent = send.apply(payload);
    } catch (TasksException | IllegalArgumentException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    var unused = sent.whenComplete((well, error) -> settle(number, cost, well, error));
  }

  private void settle(long number, int cost, @Nullable Boolean well, @Nullable Throwable error) {
    try {
      if (error == null) {
        (Boolean.TRUE.equals(well) ? done : failed).incrementAndGet();
      } else {
        fail(number, ExitCodes.unwrap(error));
      }
    } finally {
      budget.release(cost);
    }
  }

  private void fail(long number, Throwable error) {
    if (error instanceof TasksException e && FATAL.contains(e.code())) {
      failed.incrementAndGet();
      fatal.compareAndSet(null, new TasksException(e.code(), detail(e) + " (line " + number + ")"));
    } else {
      refuse(number, Errors.reason(error));
    }
  }

  private static String detail(TasksException error) {
    String message = String.valueOf(error.getMessage());
    String title = error.code().title() + ": ";
    return message.startsWith(title) ? message.substring(title.length()) : message;
  }

  private void refuse(long number, String reason) {
    failed.incrementAndGet();
    progress.clear();
    terminal.say("line " + number + ": " + reason);
  }

  private String state() {
    return "%,d jobs enqueued, %,d failed, %.0f s"
        .formatted(done.get(), failed.get(), progress.seconds());
  }
}
