package io.clusterdb.tasks.schemas;

import java.util.Arrays;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/** Avro's binary encoding straight into a growing array, without a stream between. */
final class ArrayEncoder extends BinaryEncoder {
  private static final int LONGEST_NUMBER = 10;

  private byte[] bytes = new byte[512];
  private int length;

  /** Begins a record with its header. */
  void start(byte[] header) {
    length = 0;
    writeFixed(header, 0, header.length);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  int capacity() {
    return bytes.length;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }

  @Override
  public void writeBoolean(boolean value) {
    reserve(1);
    length += BinaryData.encodeBoolean(value, bytes, length);
  }

  @Override
  public void writeInt(int value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeInt(value, bytes, length);
  }

  @Override
  public void writeLong(long value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeLong(value, bytes, length);
  }

  @Override
  public void writeFloat(float value) {
    reserve(Float.BYTES);
    length += BinaryData.encodeFloat(value, bytes, length);
  }

  @Override
  public void writeDouble(double value) {
    reserve(Double.BYTES);
    length += BinaryData.encodeDouble(value, bytes, length);
  }

  @Override
  public void writeFixed(byte[] source, int start, int count) {
    reserve(count);
    System.arraycopy(source, start, bytes, length, count);
    length += count;
  }

  @Override
  protected void writeZero() {
    reserve(1);
    bytes[length++] = 0;
  }

  @Override
  public int bytesBuffered() {
    return length;
  }

  @Override
  public void flush() {}
}
