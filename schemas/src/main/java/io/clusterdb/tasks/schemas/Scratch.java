package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Buffers and coders that are used again from record to record. One is kept for reuse: the thread
 * that takes it away has it alone, one that finds none makes its own, so nobody waits and virtual
 * threads cost nothing that stays.
 */
final class Scratch {
  private static final int KEPT_BYTES = 64 * 1024;

  private final ArrayEncoder encoder = new ArrayEncoder();
  private @Nullable BinaryDecoder decoder;

  byte[] write(byte[] header, DatumWriter<Object> writer, Object datum) {
    encoder.start(header);
    try {
      writer.write(datum, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does not fail", e);
    }
    return encoder.toBytes();
  }

  /** The datum after the header; what is left over is an error. */
  Object read(byte[] bytes, int offset, DatumReader<Object> reader) throws IOException {
    if (reader instanceof CautiousReader cautious) {
      cautious.count(decoder(bytes, offset));
    }
    BinaryDecoder in = decoder(bytes, offset);
    Object datum = reader.read(null, in);
    if (!in.isEnd()) {
      throw new IOException("more bytes than the schema describes");
    }
    return datum;
  }

  private BinaryDecoder decoder(byte[] bytes, int offset) {
    BinaryDecoder in =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, decoder);
    decoder = in;
    return in;
  }

  /** Keeps one scratch for whoever comes next. Thread-safe. */
  static final class Shelf {
    private final AtomicReference<@Nullable Scratch> kept = new AtomicReference<>();

    Scratch take() {
      Scratch scratch = kept.getAndSet(null);
      return scratch != null ? scratch : new Scratch();
    }

    void putBack(Scratch scratch) {
      if (scratch.encoder.capacity() <= KEPT_BYTES) {
        kept.set(scratch);
      }
    }
  }
}
