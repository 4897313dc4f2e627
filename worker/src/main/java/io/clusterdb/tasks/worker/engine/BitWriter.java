package io.clusterdb.tasks.worker.engine;

import java.util.Arrays;

/** Writes numbers bit by bit, the most significant bit first. Confined to one thread. */
final class BitWriter {
  private byte[] bytes = new byte[128];
  private int bits;

  /** Bits written so far. */
  int length() {
    return bits;
  }

  /** Writes the lowest {@code width} bits of {@code value}; {@code width} is 0 to 64. */
  void put(long value, int width) {
    if (bits + width > bytes.length * 8) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, (bits + width + 7) / 8));
    }
    int left = width;
    while (left > 0) {
      int free = 8 - (bits & 7);
      int taken = Math.min(free, left);
      int part = (int) (value >>> (left - taken)) & ((1 << taken) - 1);
      bytes[bits >>> 3] |= (byte) (part << (free - taken));
      bits += taken;
      left -= taken;
    }
  }

  /** Writes a number of 0 or more in groups of seven bits, the lowest first. */
  void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      put((rest & 0x7F) | 0x80, 8);
      rest >>>= 7;
    }
    put(rest, 8);
  }

  /** Writes a number of 1 or more in Elias gamma code: its length in unary, then its bits. */
  void putGamma(long value) {
    int width = Codes.bitLength(value);
    put(0, width - 1);
    put(value, width);
  }

  /** Writes a number of 0 or more in Rice code: {@code value >> k} in unary, then k bits. */
  void putRice(long value, int k) {
    long quotient = value >>> k;
    while (quotient >= 32) {
      put(-1L, 32);
      quotient -= 32;
    }
    put(-1L, (int) quotient);
    put(0, 1);
    put(value, k);
  }

  /** What was written, filled up to whole bytes with zeros. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, (bits + 7) / 8);
  }
}
