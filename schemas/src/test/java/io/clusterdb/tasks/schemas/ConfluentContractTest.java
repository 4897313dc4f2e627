package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Confluent's own classes and ours read each other's records. Confluent's are not on Maven Central:
 * {@code ./build test -pl schemas -am -Pconfluent -Dconfluent.repository=URL} brings them in.
 */
class ConfluentContractTest {
  private static final String PACKAGE = "io.confluent.kafka.serializers.";
  private static final String TOPIC = "tasks.events";

  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        isPresent(),
        "Confluent's KafkaAvroSerializer is not on the class path: the contract with it is not"
            + " checked. Run with -Pconfluent -Dconfluent.repository=URL.");
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static boolean isPresent() {
    try {
      Class.forName(PACKAGE + "KafkaAvroSerializer");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private <T> T make(String name, Class<T> type, String... more) throws Exception {
    T serde = type.cast(Class.forName(name).getDeclaredConstructor().newInstance());
    Map<String, Object> configs = new HashMap<>(Map.of("schema.registry.url", registry.url()));
    for (String key : more) {
      configs.put(key, true);
    }
    type.getMethod("configure", Map.class, boolean.class).invoke(serde, configs, false);
    return serde;
  }

  @SuppressWarnings("unchecked")
  private byte[] write(String serializer, Object record) throws Exception {
    Serializer<Object> writer = make(serializer, Serializer.class);
    return Objects.requireNonNull(writer.serialize(TOPIC, record));
  }

  private Object read(String deserializer, byte[] bytes, String... more) throws Exception {
    Deserializer<?> reader = make(deserializer, Deserializer.class, more);
    return Objects.requireNonNull(reader.deserialize(TOPIC, bytes));
  }

  @Test
  void confluentsDeserializerReadsOurRecords() throws Exception {
    byte[] order = write(TasksAvroSerializer.class.getName(), Records.order());
    byte[] event = write(TasksAvroSerializer.class.getName(), Records.event());

    assertThat(read(PACKAGE + "KafkaAvroDeserializer", order)).isEqualTo(Records.order());
    GenericRecord read = (GenericRecord) read(PACKAGE + "KafkaAvroDeserializer", event);
    assertThat(read.get("jobId")).hasToString("job-1");
  }

  @Test
  void ourDeserializerReadsConfluentsRecords() throws Exception {
    byte[] order = write(PACKAGE + "KafkaAvroSerializer", Records.order());
    byte[] event = write(PACKAGE + "KafkaAvroSerializer", Records.event());

    String ours = TasksAvroDeserializer.class.getName();
    assertThat(read(ours, order)).isEqualTo(Records.order());
    assertThat(read(ours, event, "specific.avro.reader"))
        .isInstanceOf(JobEvent.class)
        .isEqualTo(Records.event());
  }

  @Test
  void bothWriteTheSameBytes() throws Exception {
    assertThat(write(TasksAvroSerializer.class.getName(), Records.order()))
        .isEqualTo(write(PACKAGE + "KafkaAvroSerializer", Records.order()));
  }
}
