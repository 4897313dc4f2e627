package io.clusterdb.tasks.worker.engine;

/**
 * Reads what {@link BitWriter} wrote. Every method throws {@link IllegalArgumentException} when the
 * bits end too early or make no number. Confined to one thread.
 */
final class BitReader {
  private final byte[] bytes;
  private int position;

  BitReader(byte[] bytes, int firstByte) {
    this.bytes = bytes;
    this.position = firstByte * 8;
  }

  long take(int width) {
    if (width > 64 || position + width > bytes.length * 8) {
      throw new IllegalArgumentException("the bits end at " + bytes.length * 8);
    }
    long value = 0;
    int left = width;
    while (left > 0) {
      int free = 8 - (position & 7);
      int taken = Math.min(free, left);
      int part = (bytes[position >>> 3] >>> (free - taken)) & ((1 << taken) - 1);
      value = (value << taken) | part;
      position += taken;
      left -= taken;
    }
    return value;
  }

  boolean takeBit() {
    return take(1) == 1;
  }

  long takeVarint() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      long group = take(8);
      value |= (group & 0x7F) << shift;
      if ((group & 0x80) == 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number has more than 63 bits");
  }

  long takeGamma() {
    int width = 1;
    while (!takeBit()) {
      width++;
    }
    if (width > 63) {
      throw new IllegalArgumentException("a number has more than 63 bits");
    }
    return (1L << (width - 1)) | take(width - 1);
  }

  long takeRice(int k) {
    long quotient = 0;
    while (takeBit()) {
      quotient++;
    }
    return (quotient << k) | take(k);
  }
}
