package io.clusterdb.tasks.orchestrator.tracker.topology;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The record of the job that waits for a batch, as bytes in a store: headers and payload. */
final class ThenFormat {
  private static final int VERSION = 1;
  private static final int NONE = -1;

  private ThenFormat() {}

  static byte[] write(Headers headers, byte @Nullable [] value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      Header[] all = headers.toArray();
      out.writeInt(all.length);
      for (Header header : all) {
        out.writeUTF(header.key());
        write(out, header.value());
      }
      write(out, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, byte @Nullable [] value) throws IOException {
    out.writeInt(value == null ? NONE : value.length);
    if (value != null) {
      out.write(value);
    }
  }

  /** Adds the headers, and returns the payload. */
  static byte @Nullable [] read(byte[] bytes, Headers headers) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "expected a waiting job of version %d in the store, found %d. A newer orchestrator wrote it: run that version."
                .formatted(VERSION, version));
      }
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        headers.add(name, value(in));
      }
      return value(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte @Nullable [] value(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == NONE ? null : in.readNBytes(length);
  }
}
