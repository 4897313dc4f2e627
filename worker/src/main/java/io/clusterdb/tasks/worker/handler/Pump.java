package io.clusterdb.tasks.worker.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Moves bytes from or to a process, on a thread of the system. Not on a virtual one: reading a pipe
 * holds its carrier, so 256 processes that say nothing would stop every virtual thread of the
 * worker.
 */
final class Pump {
  /** What a pipe takes at once even where the system is short of memory for pipes. */
  private static final int SMALL = 4096;

  private static final int STACK_BYTES = 128 * 1024;

  private final Thread thread;

  private Pump(Thread thread) {
    this.thread = thread;
  }

  /** Reads a stream to its end. */
  static Pump drain(InputStream from, Sink to) {
    return start(
        "tasks-exec-output",
        () -> {
          try (from) {
            byte[] buffer = new byte[8192];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
              to.accept(buffer, n);
            }
          } catch (IOException e) {
            // The stream ended with its process; what came so far is what there is.
          }
        });
  }

  /** Writes these bytes and closes the stream; a process need not read them. */
  static void feed(byte[] bytes, OutputStream to) {
    if (bytes.length <= SMALL) {
      write(bytes, to);
    } else {
      start("tasks-exec-input", () -> write(bytes, to));
    }
  }

  private static void write(byte[] bytes, OutputStream to) {
    try (to) {
      to.write(bytes);
    } catch (IOException e) {
      // The process ended or closed its standard input without reading all: its own affair.
    }
  }

  private static Pump start(String name, Runnable work) {
    Thread thread = Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).unstarted(work);
    thread.start();
    return new Pump(thread);
  }

  /** Waits until the stream has ended, at most this long. */
  void await(Duration most) throws InterruptedException {
    thread.join(most);
  }
}
