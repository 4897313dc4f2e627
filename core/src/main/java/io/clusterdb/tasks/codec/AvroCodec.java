package io.clusterdb.tasks.codec;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.schemas.TasksAvroDeserializer;
import io.clusterdb.tasks.schemas.TasksAvroSerializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Avro in Confluent's wire format. Writes generated classes and GenericRecord; reads them, and what
 * JSON can make of the record's fields for any other class. {@code value.serializer} and {@code
 * value.deserializer} among the registry's properties name other serdes than the platform's, such
 * as Confluent's own. The registry is asked for when the first payload needs it, and another one is
 * used when the answer changes. Thread-safe.
 */
public final class AvroCodec implements PayloadCodec, AutoCloseable {
  private static final String URL = "schema.registry.url";
  private static final String SERIALIZER = "value.serializer";
  private static final String DESERIALIZER = "value.deserializer";
  private static final String SPECIFIC_READER = "specific.avro.reader";
  private static final String SPECIFIC_TYPE = "specific.avro.value.type";

  private final Supplier<@Nullable String> registry;
  private final Map<String, String> properties;
  private final List<Serdes> made = new ArrayList<>();
  private volatile @Nullable Serdes current;

  /**
   * Creates a codec.
   *
   * @param registry gives the address of the schema registry, null for none, which refuses every
   *     payload; asked for each payload
   * @param properties further settings, by Confluent's names
   */
  public AvroCodec(Supplier<@Nullable String> registry, Map<String, String> properties) {
    this.registry = registry;
    this.properties = Map.copyOf(properties);
  }

  @Override
  public String contentType() {
    return Payload.AVRO;
  }

  @Override
  public boolean encodes(Object payload) {
    return payload instanceof IndexedRecord;
  }

  @Override
  public byte[] encode(String topic, Object payload) {
    try {
      return serdes().writer().serialize(topic, payload);
    } catch (SerializationException e) {
      throw PayloadErrors.unwritable(payload, "Avro", e);
    }
  }

  @Override
  public <T> @Nullable T decode(String topic, byte @Nullable [] bytes, Class<T> type) {
    if (bytes == null) {
      return null;
    }
    try {
      Class<?> read = SpecificRecord.class.isAssignableFrom(type) ? type : GenericRecord.class;
      Object datum = serdes().reader(read).deserialize(topic, bytes);
      return type.isInstance(datum) ? type.cast(datum) : convert(datum, type);
    } catch (SerializationException | IllegalArgumentException e) {
      throw PayloadErrors.unreadable(
          topic,
          type,
          bytes.length
              + " bytes said to be Avro in Confluent's wire format ("
              + e.getMessage()
              + ")",
          "Correct the producer or its header content-type, or declare what it writes.",
          e);
    }
  }

  /** Ends the serdes' requests to the registry. */
  @Override
  public void close() {
    synchronized (made) {
      made.forEach(Serdes::close);
    }
  }

  private static <T> @Nullable T convert(@Nullable Object datum, Class<T> type) {
    return datum == null ? null : Json.mapper().convertValue(AvroJson.toJson(datum), type);
  }

  private Serdes serdes() {
    String url = registry.get();
    Serdes known = current;
    if (known != null && Objects.equals(known.url, url)) {
      return known;
    }
    if (url == null && !properties.containsKey(URL)) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "an Avro payload needs a schema registry, and none is configured or announced in the"
              + " catalog. Set schema_registry.url, or TasksConfig.registryUrl.");
    }
    synchronized (made) {
      Serdes again = current;
      if (again != null && Objects.equals(again.url, url)) {
        return again;
      }
      Serdes fresh = new Serdes(url, properties);
      made.add(fresh); // others may be using the last ones, so all are closed at the end
      current = fresh;
      return fresh;
    }
  }

  /** Serializer and deserializers for one registry. */
  private static final class Serdes {
    private final @Nullable String url;
    private final Map<String, Object> settings;
    private final ConcurrentHashMap<Class<?>, Deserializer<?>> readers = new ConcurrentHashMap<>();
    private @Nullable Serializer<Object> writer;

    Serdes(@Nullable String url, Map<String, String> properties) {
      this.url = url;
      this.settings = new HashMap<>(properties);
      if (url != null) {
        settings.put(URL, url);
      }
    }

    @SuppressWarnings("unchecked") // Kafka's way to have a serializer of anything
    synchronized Serializer<Object> writer() {
      if (writer == null) {
        Serializer<Object> fresh = create(SERIALIZER, TasksAvroSerializer.class, Serializer.class);
        fresh.configure(settings, false);
        writer = fresh;
      }
      return writer;
    }

    Deserializer<?> reader(Class<?> type) {
      return readers.computeIfAbsent(type, this::makeReader);
    }

    private Deserializer<?> makeReader(Class<?> type) {
      Map<String, Object> own = new HashMap<>(settings);
      if (type != GenericRecord.class) {
        own.put(SPECIFIC_READER, true);
        own.put(SPECIFIC_TYPE, type);
      }
      Deserializer<?> reader =
          create(DESERIALIZER, TasksAvroDeserializer.class, Deserializer.class);
      reader.configure(own, false);
      return reader;
    }

    private <S> S create(String setting, Class<? extends S> otherwise, Class<S> kind) {
      Object name = settings.getOrDefault(setting, otherwise.getName());
      try {
        return kind.cast(Utils.newInstance(name.toString(), Object.class));
      } catch (ClassNotFoundException | ClassCastException e) {
        throw new TasksException(
            ErrorCode.INVALID_CONFIG,
            "expected a %s on the class path for schema_registry.%s, found none of the name %s."
                .formatted(kind.getSimpleName(), setting, name),
            e);
      }
    }

    synchronized void close() {
      Utils.closeQuietly(writer, "Avro serializer");
      readers.values().forEach(reader -> Utils.closeQuietly(reader, "Avro deserializer"));
    }
  }
}
