package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.embedded.registry.DevSchemaRegistry;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryIT {
  private static final String EVENTS = "tasks.events";

  @TempDir Path data;

  private static DevSchemaRegistry registry(EmbeddedBroker broker) {
    return DevSchemaRegistry.start(
        broker.bootstrap(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static PlatformCodec codec(DevSchemaRegistry registry) {
    return PlatformCodec.of(Map.of("schema.registry.url", registry.url()));
  }

  private static int schemaId(byte[] bytes) {
    assertThat(bytes).startsWith(0);
    return ByteBuffer.wrap(bytes).getInt(1);
  }

  @Test
  void idsOutliveRegistryAndBroker() {
    JobEvent event = Events.succeeded("job-1");
    byte[] first;
    byte[] second;
    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start()) {
      try (DevSchemaRegistry registry = registry(broker);
          PlatformCodec codec = codec(registry)) {
        first = codec.encode("other", new JobError("A", "b"));
        second = codec.encode(EVENTS, event);
      }
      try (DevSchemaRegistry registry = registry(broker);
          PlatformCodec codec = codec(registry)) {
        assertThat(codec.encode(EVENTS, event)).isEqualTo(second);
      }
    }
    assertThat(schemaId(first)).isEqualTo(1);
    assertThat(schemaId(second)).isEqualTo(2);

    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start();
        DevSchemaRegistry registry = registry(broker);
        PlatformCodec codec = codec(registry)) {
      assertThat(codec.decode(EVENTS, second, JobEvent.class)).isEqualTo(event);
      assertThat(codec.encode(EVENTS, event)).isEqualTo(second);
      assertThat(codec.encode("other", new JobError("A", "b"))).isEqualTo(first);
    }
  }

  @Test
  void keepsItsSchemasInACompactedTopic() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        DevSchemaRegistry registry = registry(broker);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      assertThat(registry.url()).startsWith("http://127.0.0.1:");
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "_schemas");
      Config config = admin.describeConfigs(List.of(topic)).all().get().values().iterator().next();
      assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
    }
  }
}
