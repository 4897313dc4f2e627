package io.clusterdb.tasks.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what an exporter takes, and says at most once a minute that it does not. Thread-safe. */
final class CountingExporter implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger(CountingExporter.class);
  private static final long SILENCE = TimeUnit.MINUTES.toNanos(1);

  private final String where;
  private final SpanExporter exporter;
  private final DropCounts drops;
  private final LongSupplier ticker;
  private final LongAdder exported = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicLong quietUntil;
  private final AtomicLong droppedBefore = new AtomicLong();

  /**
   * Counts what this exporter does.
   *
   * @param where it sends to, for people
   * @param ticker a monotonic clock in nanoseconds
   */
  CountingExporter(String where, SpanExporter exporter, DropCounts drops, LongSupplier ticker) {
    this.where = where;
    this.exporter = exporter;
    this.drops = drops;
    this.ticker = ticker;
    this.quietUntil = new AtomicLong(ticker.getAsLong());
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result;
    try {
      result = exporter.export(spans);
    } catch (RuntimeException e) {
      log.debug("An exporter threw", e);
      result = CompletableResultCode.ofFailure();
    }
    CompletableResultCode known = result;
    return known.whenComplete(
        () -> {
          if (known.isSuccess()) {
            exported.add(count);
            lookForDrops();
          } else {
            failed.add(count);
            Throwable reason = known.getFailureThrowable();
            tell("does not take them" + (reason == null ? "" : ", " + root(reason)));
          }
        });
  }

  /** One that takes all, but too slowly, has failed nowhere. */
  private void lookForDrops() {
    long dropped = drops.count();
    if (droppedBefore.getAndSet(dropped) != dropped) {
      tell("takes them too slowly");
    }
  }

  private void tell(String why) {
    long now = ticker.getAsLong();
    long quiet = quietUntil.get();
    if (now - quiet >= 0 && quietUntil.compareAndSet(quiet, now + SILENCE)) {
      log.warn(
          "Spans are lost: {} {} ({} failed, {} dropped so far). Jobs go on. Check that it runs and"
              + " keeps up, and that telemetry.endpoint names it, or lower"
              + " telemetry.sampling_rate.",
          where,
          why,
          failed.sum(),
          drops.count());
    }
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    return root;
  }

  long exported() {
    return exported.sum();
  }

  long failed() {
    return failed.sum();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
