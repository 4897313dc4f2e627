package io.clusterdb.tasks.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.TasksException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadCodecsTest {
  private static final String TOPIC = "tasks.orders";

  record Order(String id, Optional<String> note, Instant at) {}

  static final class Cyclic {
    @JsonProperty
    Cyclic self() {
      return this;
    }
  }

  private final PayloadCodecs codecs =
      new PayloadCodecs(
          List.of(new AvroCodec(() -> null, Map.of()), new BytesCodec(), new JsonCodec()));

  private <T> @Nullable T json(String text, Class<T> type) {
    return codecs.decode(TOPIC, bytes(text), Payload.JSON, type);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable String written(@Nullable Object payload) {
    Encoded encoded = codecs.encode(TOPIC, payload);
    return encoded.bytes() == null ? null : new String(encoded.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void jsonIsUtf8AndNothingElse() {
    assertThat(json("4", Object.class)).isEqualTo(4);
    assertThat(json("\uFEFF{\"id\": \"order-1\"}", JsonNode.class))
        .isEqualTo(json("{\"id\": \"order-1\"}", JsonNode.class));
    byte[] other = "{}".getBytes(StandardCharsets.UTF_16BE);
    assertThatThrownBy(() -> codecs.decode(TOPIC, other, Payload.JSON, Map.class))
        .isInstanceOf(TasksException.class)
        .extracting(e -> ((TasksException) e).code())
        .isEqualTo(ErrorCode.INVALID_PAYLOAD);
  }

  @Test
  void recordsWithOptionalsAndTimesComeBack() {
    Order order = new Order("order-1", Optional.empty(), Instant.parse("2026-12-01T00:00:00Z"));
    Encoded encoded = codecs.encode(TOPIC, order);
    assertThat(encoded.contentType()).isEqualTo(Payload.JSON);
    assertThat(codecs.decode(TOPIC, encoded.bytes(), encoded.contentType(), Order.class))
        .isEqualTo(order);
  }

  @Test
  void unknownFieldsAreIgnored() {
    assertThat(json("{\"id\":\"a\",\"colour\":\"red\"}", Order.class))
        .isNotNull()
        .extracting(Order::id)
        .isEqualTo("a");
  }

  @Test
  void textIsAJsonString() {
    assertThat(written("a \"b\"")).isEqualTo("\"a \\\"b\\\"\"");
    assertThat(json("\"a \\\"b\\\"\"", String.class)).isEqualTo("a \"b\"");
  }

  @Test
  void textThatIsNoJsonStringIsTakenAsItStands() {
    assertThat(json("plain text", String.class)).isEqualTo("plain text");
    assertThat(json("{\"a\":1}", String.class)).isEqualTo("{\"a\":1}");
    assertThat(json("\"unfinished", String.class)).isEqualTo("\"unfinished");
  }

  @Test
  void treesAndMapsWork() {
    assertThat(json("{\"a\":[1]}", JsonNode.class)).hasToString("{\"a\":[1]}");
    assertThat((Object) json("{\"a\":1}", Map.class)).isEqualTo(Map.of("a", 1));
    assertThat(json("{\"a\":1}", Object.class)).isEqualTo(Map.of("a", 1));
  }

  @Test
  void aPayloadPassesThrough() {
    Payload payload = Payload.of(bytes("<a/>"), "application/xml");
    Encoded encoded = codecs.encode(TOPIC, payload);
    assertThat(encoded.bytes()).isSameAs(payload.bytes());
    assertThat(encoded.contentType()).isEqualTo("application/xml");
    assertThat(codecs.decode(TOPIC, bytes("<a/>"), "application/xml", Payload.class))
        .extracting(p -> p.text() + p.contentType())
        .isEqualTo("<a/>application/xml");
  }

  @Test
  void bytesStayBytes() {
    byte[] raw = {0, 1, 2};
    assertThat(codecs.encode(TOPIC, raw)).isEqualTo(new Encoded(raw, Payload.BYTES));
    assertThat(codecs.decode(TOPIC, raw, Payload.BYTES, byte[].class)).isSameAs(raw);
    assertThat(codecs.decode(TOPIC, bytes("text"), "text/plain; charset=utf-8", String.class))
        .isEqualTo("text");
    assertThat(codecs.decode(TOPIC, bytes("{}"), Payload.JSON, byte[].class)).hasSize(2);
  }

  @Test
  void nothingIsNull() {
    assertThat(written(null)).isNull();
    assertThat(codecs.decode(TOPIC, null, Payload.JSON, Order.class)).isNull();
    assertThat((Object) codecs.decode(TOPIC, null, Payload.JSON, Optional.class))
        .isEqualTo(Optional.empty());
    assertThat(codecs.decode(TOPIC, bytes("1"), Payload.JSON, Void.class)).isNull();
    assertThat(json("null", Order.class)).isNull();
  }

  @Test
  void otherJsonTypesAreJson() {
    assertThat(
            (Object) codecs.decode(TOPIC, bytes("[1]"), "application/cloudevents+json", List.class))
        .isEqualTo(List.of(1));
    assertThat(
            (Object)
                codecs.decode(TOPIC, bytes("[1]"), "Application/JSON; charset=utf-8", List.class))
        .isEqualTo(List.of(1));
  }

  @Test
  void whatDoesNotParseNamesWhatWasExpectedAndFound() {
    assertInvalid(() -> json("{]", Order.class), Order.class.getName(), TOPIC, "{]");
    assertInvalid(() -> json("", Order.class), "nothing");
    assertInvalid(() -> json("[1]", Order.class), Order.class.getName());
  }

  @Test
  void unknownMediaTypesAreNamed() {
    assertInvalid(
        () -> codecs.decode(TOPIC, bytes("<a/>"), "application/xml", Order.class),
        "application/xml",
        Payload.JSON);
    assertInvalid(
        () -> codecs.decode(TOPIC, bytes("abc"), Payload.BYTES, Order.class),
        Order.class.getName());
  }

  @Test
  void whatCannotBeWrittenNamesItsClass() {
    Object cyclic = new Cyclic();
    assertInvalid(() -> codecs.encode(TOPIC, cyclic), cyclic.getClass().getName());
  }

  @Test
  void avroNeedsARegistry() {
    var schema = SchemaBuilder.record("R").fields().requiredString("a").endRecord();
    var record = new GenericRecordBuilder(schema).set("a", "b").build();
    assertThatThrownBy(() -> codecs.encode(TOPIC, record))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("schema_registry.url");
    assertThatThrownBy(
            () -> codecs.decode(TOPIC, new byte[] {0, 0, 0, 0, 1, 2}, Payload.JSON, Order.class))
        .as("a Confluent producer sets no header")
        .hasMessageContaining("schema_registry.url");
  }

  @Test
  void theUsersCodecComesFirst() {
    PayloadCodec shout =
        new PayloadCodec() {
          @Override
          public String contentType() {
            return "text/shout";
          }

          @Override
          public boolean encodes(Object payload) {
            return payload instanceof String;
          }

          @Override
          public byte[] encode(String topic, Object payload) {
            return bytes(payload.toString().toUpperCase(java.util.Locale.ROOT));
          }

          @Override
          public <T> @Nullable T decode(String topic, byte @Nullable [] bytes, Class<T> type) {
            return type.cast("shouted");
          }
        };
    PayloadCodecs with = codecs.with(List.of(shout));
    assertThat(with.encode(TOPIC, "a").contentType()).isEqualTo("text/shout");
    assertThat(with.decode(TOPIC, bytes("A"), "text/shout", String.class)).isEqualTo("shouted");
    assertThat(with.encode(TOPIC, 1).contentType()).isEqualTo(Payload.JSON);
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAYLOAD))
        .hasMessageContainingAll(parts);
  }
}
