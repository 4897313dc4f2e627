package io.clusterdb.tasks.worker.handler;

import java.nio.charset.StandardCharsets;

/** Keeps the last bytes of an output, up to a limit. */
final class TailSink implements Sink {
  private final byte[] ring;
  private long total;

  TailSink(int limit) {
    this.ring = new byte[limit];
  }

  @Override
  public synchronized void accept(byte[] buffer, int length) {
    int from = Math.max(0, length - ring.length);
    total += from;
    for (int i = from; i < length; i++) {
      ring[(int) (total++ % ring.length)] = buffer[i];
    }
  }

  /** What is kept, as text; where it was cut within a character, that is left out. */
  synchronized String text() {
    int size = (int) Math.min(total, ring.length);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = ring[(int) ((total - size + i) % ring.length)];
    }
    int start = 0;
    while (total > size && start < Math.min(3, size) && (bytes[start] & 0xc0) == 0x80) {
      start++;
    }
    return new String(bytes, start, size - start, StandardCharsets.UTF_8);
  }
}
