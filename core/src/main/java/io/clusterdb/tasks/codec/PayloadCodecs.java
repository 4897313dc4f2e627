package io.clusterdb.tasks.codec;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.TasksException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the codec of a payload: by its class when it is written, by its media type when it is
 * read. {@link Payload}, {@code byte[]} and {@code Void} work with every media type. Thread-safe.
 */
public final class PayloadCodecs {
  private final List<PayloadCodec> codecs;
  private final Sealing sealing;

  /** Creates a choice among these, first match first. */
  public PayloadCodecs(List<PayloadCodec> codecs) {
    this(codecs, Sealing.NONE);
  }

  /** As the other one; what is read is opened first, if it is sealed. */
  public PayloadCodecs(List<PayloadCodec> codecs, Sealing sealing) {
    this.codecs = List.copyOf(codecs);
    this.sealing = sealing;
  }

  /** The codecs, first match first. */
  public List<PayloadCodec> codecs() {
    return codecs;
  }

  /** These before the ones here. */
  public PayloadCodecs with(List<PayloadCodec> first) {
    if (first.isEmpty()) {
      return this;
    }
    List<PayloadCodec> all = new ArrayList<>(first);
    all.addAll(codecs);
    return new PayloadCodecs(all, sealing);
  }

  /**
   * Writes a payload.
   *
   * @param topic topic that it goes to
   * @param payload a {@link Payload} is taken as it is
   * @throws TasksException INVALID_PAYLOAD if it cannot be written, INVALID_CONFIG if it is Avro
   *     and there is no schema registry
   */
  public Encoded encode(String topic, @Nullable Object payload) {
    if (payload == null) {
      return new Encoded(null, Payload.JSON);
    }
    if (payload instanceof Payload(byte @Nullable [] bytes, String contentType)) {
      return new Encoded(bytes, contentType);
    }
    for (PayloadCodec codec : codecs) {
      if (codec.encodes(payload)) {
        return new Encoded(codec.encode(topic, payload), codec.contentType());
      }
    }
    throw PayloadErrors.unwritable(payload, String.join(" or ", contentTypes()), null);
  }

  /**
   * Reads a payload as the type that a handler declares.
   *
   * @param topic topic that it came from
   * @param bytes the record's value; null for none, which is null or an empty Optional
   * @param contentType media type by the record's header; JSON where there is none
   * @throws TasksException INVALID_PAYLOAD if it cannot be read as that type, or is sealed and
   *     cannot be opened; INVALID_CONFIG if it is Avro and there is no schema registry
   */
  public <T> @Nullable T decode(
      String topic, byte @Nullable [] bytes, String contentType, Class<T> type) {
    return Sealing.isSealed(contentType)
        ? decodeSealed(topic, sealing.open(new Payload(bytes, contentType)), type)
        : decodeOpen(topic, bytes, contentType, type);
  }

  /** What is wrong with a payload that was sealed is not told: errors are written in the clear. */
  private <T> @Nullable T decodeSealed(String topic, Payload payload, Class<T> type) {
    try {
      return decodeOpen(topic, payload.bytes(), payload.contentType(), type);
    } catch (TasksException e) {
      if (e.code() != ErrorCode.INVALID_PAYLOAD) {
        throw e;
      }
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "a sealed payload of topic %s opens, and cannot be read as %s. Its details are not shown; check what its producer sends."
              .formatted(topic, type.getName()));
    }
  }

  private <T> @Nullable T decodeOpen(
      String topic, byte @Nullable [] bytes, String contentType, Class<T> type) {
    if (type == Payload.class) {
      return type.cast(new Payload(bytes, contentType));
    }
    if (type == Void.class || type == void.class) {
      return null;
    }
    if (bytes == null) {
      return type == Optional.class ? type.cast(Optional.empty()) : null;
    }
    if (type == byte[].class) {
      return type.cast(bytes);
    }
    return codec(topic, bytes, contentType, type).decode(topic, bytes, type);
  }

  private PayloadCodec codec(String topic, byte[] bytes, String contentType, Class<?> type) {
    String mediaType = mediaType(contentType);
    // No JSON starts with a zero byte, but every Avro record of a Confluent producer does, and such
    // a producer sets no header.
    String found =
        mediaType.equals(Payload.JSON) && startsWithZero(bytes) ? Payload.AVRO : mediaType;
    return exact(found)
        .or(() -> found.endsWith("+json") ? exact(Payload.JSON) : Optional.empty())
        .or(() -> found.startsWith("text/") ? exact(Payload.BYTES) : Optional.empty())
        .orElseThrow(
            () ->
                new TasksException(
                    ErrorCode.INVALID_PAYLOAD,
                    "expected a payload of topic %s with a content-type of %s to be read as %s, found %s. Declare Payload or byte[] as the handler's payload, or add a codec of this media type."
                        .formatted(
                            topic,
                            String.join(", ", contentTypes()),
                            type.getName(),
                            contentType)));
  }

  private Optional<PayloadCodec> exact(String mediaType) {
    return codecs.stream()
        .filter(codec -> mediaType(codec.contentType()).equals(mediaType))
        .findFirst();
  }

  private List<String> contentTypes() {
    return codecs.stream().map(PayloadCodec::contentType).distinct().toList();
  }

  private static boolean startsWithZero(byte[] bytes) {
    return bytes.length >= 5 && bytes[0] == 0;
  }

  /** A media type without parameters, in lower case. */
  private static String mediaType(String contentType) {
    if (contentType.equals(Payload.JSON)) {
      return contentType;
    }
    int parameters = contentType.indexOf(';');
    String bare = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return bare.strip().toLowerCase(Locale.ROOT);
  }
}
