package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.QueueStateDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrySerdeTest {
  private static final String TOPIC = "tasks.events";

  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Map<String, Object> configs(Object... more) {
    Map<String, Object> configs = new HashMap<>();
    configs.put("schema.registry.url", registry.url());
    configs.put("retries.wait.ms", "1");
    for (int i = 0; i < more.length; i += 2) {
      configs.put(more[i].toString(), more[i + 1]);
    }
    return configs;
  }

  private TasksAvroSerializer serializer(Object... more) {
    TasksAvroSerializer serializer = new TasksAvroSerializer();
    serializer.configure(configs(more), false);
    return serializer;
  }

  private TasksAvroDeserializer deserializer(Object... more) {
    TasksAvroDeserializer deserializer = new TasksAvroDeserializer();
    deserializer.configure(configs(more), false);
    return deserializer;
  }

  private static byte[] write(TasksAvroSerializer serializer, Object record) {
    return Objects.requireNonNull(serializer.serialize(TOPIC, record));
  }

  private static Object read(TasksAvroDeserializer deserializer, byte[] bytes) {
    return Objects.requireNonNull(deserializer.deserialize(TOPIC, bytes));
  }

  @Test
  void writesConfluentsFormatAndRegistersOnce() {
    registry.add("something-else", "\"string\"");
    TasksAvroSerializer serializer = serializer();

    byte[] bytes = write(serializer, Records.order());

    // 00, id 2, then "order-123" behind its zigzag length and 42 in zigzag
    byte[] text = "order-123".getBytes(StandardCharsets.US_ASCII);
    assertThat(bytes)
        .isEqualTo(
            ByteBuffer.allocate(16)
                .put((byte) 0)
                .putInt(2)
                .put((byte) 18)
                .put(text)
                .put((byte) 84)
                .array());
    write(serializer, Records.order());
    assertThat(registry.requests).containsExactly("POST /subjects/tasks.events-value/versions");
  }

  @Test
  void registersSchemasWithoutWhatOnlyJavaMeans() {
    write(serializer(), Records.event());

    assertThat(registry.schema(1))
        .contains("timestamp-millis")
        .doesNotContain("avro.java.string")
        .contains("{\"name\":\"jobId\",\"type\":\"string\"");
  }

  @Test
  void readsGenericRecordsByDefaultAndGeneratedClassesWhenAsked() {
    byte[] order = write(serializer(), Records.order());
    byte[] event = write(serializer(), Records.event());

    assertThat(read(deserializer(), order)).isEqualTo(Records.order());
    assertThat(read(deserializer(), event))
        .asInstanceOf(type(GenericRecord.class))
        .satisfies(generic -> assertThat(generic.get("jobId")).hasToString("job-1"));
    assertThat(read(deserializer("specific.avro.reader", true), event)).isEqualTo(Records.event());
    assertThat(
            read(
                deserializer(
                    "specific.avro.reader",
                    "true",
                    "specific.avro.value.type",
                    JobEvent.class.getName()),
                event))
        .isEqualTo(Records.event());
  }

  @Test
  void namesTheClassThatASpecificReaderLacks() {
    byte[] order = write(serializer(), Records.order());

    assertThatThrownBy(() -> read(deserializer("specific.avro.reader", "true"), order))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("shop.Order");
  }

  @Test
  void readsSingleObjectEncodingTooWhateverItWrites() {
    byte[] bytes = PlatformCodec.singleObject().encode(TOPIC, Records.event());

    assertThat(read(deserializer("specific.avro.reader", "true"), bytes))
        .isEqualTo(Records.event());
    assertThat(registry.requests).isEmpty();
  }

  @Test
  void keepsWorkingWithKnownIdsWhenTheRegistryStops() {
    TasksAvroSerializer serializer = serializer();
    TasksAvroDeserializer deserializer = deserializer();
    assertThat(read(deserializer, write(serializer, Records.order()))).isEqualTo(Records.order());

    registry.close();

    assertThat(read(deserializer, write(serializer, Records.order()))).isEqualTo(Records.order());
  }

  @Test
  void platformRecordsDoWithoutARegistryAndPayloadsSayThatItIsAway() {
    TasksAvroSerializer serializer = serializer();
    registry.close();

    byte[] event = write(serializer, Records.event());

    assertThat(event).startsWith(0xC3, 0x01);
    assertThat(PlatformCodec.singleObject().decode(TOPIC, event, JobEvent.class))
        .isEqualTo(Records.event());
    assertThatThrownBy(() -> write(serializer, Records.order()))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.isUnreachable()).isTrue())
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void platformRecordsDoWithoutARegistryThatRefusesThem() {
    registry.next.add(FakeRegistry.error(409, 409, "incompatible"));

    assertThat(write(serializer(), Records.event())).startsWith(0xC3, 0x01);
  }

  @Test
  void refusalsAreTheWritersErrorAndNotTriedAgain() {
    registry.next.add(FakeRegistry.error(409, 409, "Schema being registered is incompatible"));
    TasksAvroSerializer serializer = serializer();

    assertThatThrownBy(() -> write(serializer, Records.order()))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.isUnreachable()).isFalse();
              assertThat(e.status()).isEqualTo(409);
              assertThat(e.errorCode()).isEqualTo(409);
            })
        .hasMessageContaining("incompatible");
    assertThat(registry.requests).hasSize(1);
    assertThat(write(serializer, Records.order())).startsWith(0, 0, 0, 0, 1);
  }

  @Test
  void serverErrorsAreTriedAgain() {
    registry.next.add(FakeRegistry.error(503, 50301, "starting"));
    registry.next.add(FakeRegistry.error(500, 50001, "no leader"));

    assertThat(write(serializer(), Records.order())).startsWith(0, 0, 0, 0, 1);
    assertThat(registry.requests).hasSize(3);
  }

  @Test
  void asksTheNextRegistryWhenOneIsAway() throws IOException {
    try (FakeRegistry second = new FakeRegistry()) {
      String urls = registry.url() + " , " + second.url() + "/";
      registry.close();

      write(serializer("schema.registry.url", urls), Records.order());

      assertThat(second.requests).containsExactly("POST /subjects/tasks.events-value/versions");
    }
  }

  @Test
  void sendsCredentials() {
    TasksAvroSerializer serializer =
        serializer(
            "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "user:secret");

    write(serializer, Records.order());

    assertThat(registry.authorizations).containsExactly("Basic dXNlcjpzZWNyZXQ=");
  }

  @Test
  void namesSubjectsByTheConfiguredStrategy() {
    for (String strategy :
        List.of(
            "io.confluent.kafka.serializers.subject.TopicNameStrategy",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy",
            "TopicRecordNameStrategy")) {
      write(serializer("value.subject.name.strategy", strategy), Records.order());
    }
    TasksAvroSerializer keys = new TasksAvroSerializer();
    keys.configure(configs(), true);
    write(keys, Records.order());

    assertThat(registry.subjects())
        .containsExactly(
            "tasks.events-value", "shop.Order", "tasks.events-shop.Order", "tasks.events-key");
    assertThatThrownBy(() -> serializer("value.subject.name.strategy", "com.example.Mine"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("com.example.Mine");
  }

  @Test
  void asksForIdsAheadWhenPrepared() {
    try (PlatformCodec codec = PlatformCodec.of(configs())) {
      assertThat(codec.prepare(TOPIC, JobEvent.class, Duration.ofSeconds(10))).isTrue();
      registry.close();

      assertThat(codec.encode(TOPIC, Records.event())).startsWith(0, 0, 0, 0, 1);
      assertThat(codec.prepare("other", JobEvent.class, Duration.ofSeconds(10))).isFalse();
    }
    assertThat(PlatformCodec.singleObject().prepare(TOPIC, JobEvent.class, Duration.ZERO))
        .isFalse();
  }

  @Test
  void definitionsInTheCatalogHaveASubjectEach() {
    PlatformCodec codec = PlatformCodec.of(configs());
    QueueStateDefinition paused =
        QueueStateDefinition.newBuilder()
            .setName("default")
            .setVersion(1)
            .setUpdatedAt(Instant.ofEpochMilli(1))
            .setPaused(true)
            .build();

    codec.encode("tasks.catalog", paused);
    codec.encode(TOPIC, Records.event());

    assertThat(registry.subjects())
        .containsExactly(
            "tasks.catalog-io.clusterdb.tasks.schemas.avro.QueueStateDefinition",
            "tasks.events-value");
    codec.close();
  }

  @Test
  void withoutAutoRegistrationOnlyKnownSchemasAreWritten() {
    TasksAvroSerializer serializer = serializer("auto.register.schemas", "false");
    assertThatThrownBy(() -> write(serializer, Records.order()))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.errorCode()).isEqualTo(40401));

    registry.add("tasks.events-value", SchemaText.of(Records.ORDER));

    assertThat(write(serializer, Records.order())).startsWith(0, 0, 0, 0, 1);
  }

  @Test
  void writesTheNewestVersionWhenAsked() {
    String newest =
        """
        {"type": "record", "name": "Order", "namespace": "shop", "fields": [
          {"name": "currency", "type": "string", "default": "EUR"},
          {"name": "id", "type": "string"}, {"name": "amount", "type": "double"}]}
        """;
    registry.add("tasks.events-value", SchemaText.of(Records.ORDER));
    registry.add("tasks.events-value", newest);
    TasksAvroSerializer serializer =
        serializer("auto.register.schemas", "false", "use.latest.version", "true");

    byte[] bytes = write(serializer, Records.order());

    assertThat(bytes).startsWith(0, 0, 0, 0, 2);
    assertThat(read(deserializer(), bytes))
        .hasToString("{\"currency\": \"EUR\", \"id\": \"order-123\", \"amount\": 42.0}");
  }

  @Test
  void saysWhichIdTheRegistryDoesNotKnow() {
    assertThatThrownBy(() -> read(deserializer(), new byte[] {0, 0, 0, 0, 77, 2, 65}))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("schema id 77");
  }

  @Test
  void saysThatTheRegistryIsAwayWhenItNeedsAnUnknownId() {
    TasksAvroDeserializer deserializer = deserializer();
    registry.close();

    assertThatThrownBy(() -> read(deserializer, new byte[] {0, 0, 0, 0, 1, 2, 65}))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.isUnreachable()).isTrue());
  }

  @Test
  void refusesSchemasOfOtherKinds() {
    registry.fixed.put(
        "GET /schemas/ids/5",
        new FakeRegistry.Answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}"));

    assertThatThrownBy(() -> read(deserializer(), new byte[] {0, 0, 0, 0, 5, 2, 65}))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("schema id 5")
        .hasMessageContaining("PROTOBUF");
  }

  @Test
  void followsReferences() {
    registry.fixed.put(
        "GET /schemas/ids/5",
        new FakeRegistry.Answer(
            200,
            """
            {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"A\\",\\"fields\\":[{\\"name\\":\\"o\\",\\"type\\":\\"shop.Order\\"}]}",
             "references": [{"name": "shop.Order", "subject": "orders", "version": 3}]}
            """));
    registry.fixed.put(
        "GET /subjects/orders/versions/3",
        new FakeRegistry.Answer(
            200, "{\"schema\":" + quoted(Records.ORDER.toString()) + ",\"id\":4}"));

    assertThat(read(deserializer(), new byte[] {0, 0, 0, 0, 5, 2, 65, 4}))
        .hasToString("{\"o\": {\"id\": \"A\", \"amount\": 2}}");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\\\"") + '"';
  }

  @Test
  void readsPrimitives() {
    int string = registry.add("x", "\"string\"");
    int bytes = registry.add("x", Schema.create(Schema.Type.BYTES).toString());

    assertThat(read(deserializer(), new byte[] {0, 0, 0, 0, (byte) string, 4, 'h', 'i'}))
        .isEqualTo("hi");
    assertThat(read(deserializer(), new byte[] {0, 0, 0, 0, (byte) bytes, 4, 5}))
        .isEqualTo(new byte[] {4, 5});
  }

  @Test
  void payloadsWithoutARegistryAreRefused() {
    assertThatThrownBy(() -> new TasksAvroSerializer().serialize("t", Records.order()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema.registry.url");
    assertThat(new TasksAvroSerializer().serialize("t", new JobError("a", "b")))
        .startsWith(0xC3, 0x01);
    assertThatThrownBy(() -> new TasksAvroSerializer().serialize("t", "text"))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void nullIsATombstone() {
    assertThat(serializer().serialize(TOPIC, null)).isNull();
    assertThat(deserializer().deserialize(TOPIC, (byte[]) null)).isNull();
  }

  @Test
  void isMadeByName() throws ClassNotFoundException {
    assertThat(
            Utils.newInstance("io.clusterdb.tasks.schemas.TasksAvroSerializer", Serializer.class))
        .isInstanceOf(TasksAvroSerializer.class);
    assertThat(
            Utils.newInstance(
                "io.clusterdb.tasks.schemas.TasksAvroDeserializer", Deserializer.class))
        .isInstanceOf(TasksAvroDeserializer.class);
  }

  @Test
  void saysWhatIsWrongWithASetting() {
    assertThatThrownBy(() -> serializer("schema.registry.url", "localhost:8081"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("localhost:8081");
    assertThatThrownBy(() -> serializer("auto.register.schemas", "yes"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("auto.register.schemas")
        .hasMessageContaining("yes");
    assertThatThrownBy(() -> serializer("basic.auth.credentials.source", "USER_INFO"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("basic.auth.user.info");
  }
}
