package io.clusterdb.tasks.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Buffers and coders that are used again from record to record. One is kept for reuse: the thread
 * that takes it away has it alone, one that finds none makes its own, so nobody waits and virtual
 * threads cost nothing that stays.
 */
final class Scratch {
  private static final int INITIAL_BYTES = 512;
  private static final int KEPT_BYTES = 64 * 1024;

  private final Buffer buffer = new Buffer();
  private @Nullable BinaryEncoder encoder;
  private @Nullable BinaryDecoder decoder;

  byte[] write(byte[] header, DatumWriter<Object> writer, Object datum) {
    buffer.reset();
    buffer.writeBytes(header);
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
    encoder = out;
    try {
      writer.write(datum, out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does not fail", e);
    }
    return buffer.toByteArray();
  }

  /** The datum after the header; what is left over is an error. */
  Object read(byte[] bytes, int offset, DatumReader<Object> reader) throws IOException {
    BinaryDecoder in =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, decoder);
    decoder = in;
    Object datum = reader.read(null, in);
    if (!in.isEnd()) {
      throw new IOException("more bytes than the schema describes");
    }
    return datum;
  }

  /** Keeps one scratch for whoever comes next. Thread-safe. */
  static final class Shelf {
    private final AtomicReference<@Nullable Scratch> kept = new AtomicReference<>();

    Scratch take() {
      Scratch scratch = kept.getAndSet(null);
      return scratch != null ? scratch : new Scratch();
    }

    void putBack(Scratch scratch) {
      if (scratch.buffer.capacity() <= KEPT_BYTES) {
        kept.set(scratch);
      }
    }
  }

  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(INITIAL_BYTES);
    }

    int capacity() {
      return buf.length;
    }
  }
}
