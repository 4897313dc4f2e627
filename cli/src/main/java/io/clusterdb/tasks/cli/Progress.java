package io.clusterdb.tasks.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells how far long work has come: a line that is written over where a person watches, else a line
 * every few seconds. Thread-safe.
 */
final class Progress {
  private static final long LIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final long started;
  private long shown;
  private int width;

  Progress(Terminal terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
    this.shown = started;
  }

  /** Seconds since the start. */
  double seconds() {
    return (nanoTime.getAsLong() - started) / 1e9;
  }

  /** Shows this text if it is time to. */
  synchronized void tick(Supplier<String> text) {
    long now = nanoTime.getAsLong();
    if (now - shown >= (terminal.live() ? LIVE_NANOS : PLAIN_NANOS)) {
      shown = now;
      show(text.get());
    }
  }

  /** Wipes the line that is written over. */
  synchronized void clear() {
    if (width > 0) {
      terminal.err().print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }

  private void show(String text) {
    if (terminal.live()) {
      String line = text + " ".repeat(Math.max(0, width - text.length()));
      terminal.err().print("\r" + line);
      terminal.err().flush();
      width = text.length();
    } else {
      terminal.say(text);
    }
  }
}
