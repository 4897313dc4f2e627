package io.clusterdb.tasks.codec;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCodec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes as they are; also read as UTF-8 text by handlers that declare String. Thread-safe. */
public final class BytesCodec implements PayloadCodec {
  @Override
  public String contentType() {
    return Payload.BYTES;
  }

  @Override
  public boolean encodes(Object payload) {
    return payload instanceof byte[];
  }

  @Override
  public byte[] encode(String topic, Object payload) {
    if (payload instanceof byte[] bytes) {
      return bytes;
    }
    throw PayloadErrors.unwritable(payload, "bytes", null);
  }

  @Override
  public <T> @Nullable T decode(String topic, byte @Nullable [] bytes, Class<T> type) {
    if (bytes == null) {
      return null;
    }
    if (type.isAssignableFrom(byte[].class)) {
      return type.cast(bytes);
    }
    if (type == String.class) {
      return type.cast(new String(bytes, StandardCharsets.UTF_8));
    }
    throw PayloadErrors.unreadable(
        topic,
        type,
        bytes.length + " bytes without further meaning",
        "Declare byte[], String or Payload as the handler's payload, or add a codec of its media"
            + " type.",
        null);
  }
}
