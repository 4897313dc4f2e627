package io.clusterdb.tasks.orchestrator.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.worker.run.Handout.Handed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LeaseJsonTest {
  @Test
  void namesTheJobAndItsTimes() throws Exception {
    assertThat(text(Payload.json("{}")))
        .contains("\"id\":\"job-1\"", "\"priority\":\"high\"", "\"metadata\":{\"a\":\"b\"}")
        .contains("\"fencingToken\":5", "\"deadline\":\"1970-01-01T00:00:30Z\"");
  }

  @Test
  void jsonStaysAsItIsToTheLastDigit() throws Exception {
    assertThat(text(Payload.json("{\"amount\": 0.10000000000000000001, \"n\":1e400}")))
        .contains("\"payload\":{\"amount\": 0.10000000000000000001, \"n\":1e400}")
        .contains("\"encoding\":\"json\"", "\"contentType\":\"application/json\"");
  }

  @Test
  void noPayloadIsNull() throws Exception {
    assertThat(text(new Payload(null, Payload.JSON))).contains("\"payload\":null");
  }

  @Test
  void whatIsNoJsonIsBase64() throws Exception {
    assertThat(text(Payload.of(new byte[] {0, 1, 2}, Payload.AVRO)))
        .contains("\"encoding\":\"base64\"", "\"payload\":\"AAEC\"", Payload.AVRO);
    assertThat(text(Payload.json("{} x"))).contains("\"payload\":\"e30geA==\"");
    assertThat(text(Payload.json("{\"a\":"))).contains("\"encoding\":\"base64\"");
    assertThat(text(Payload.of(new byte[] {'"', (byte) 0xff, '"'}, Payload.JSON)))
        .contains("\"encoding\":\"base64\"");
  }

  private static String text(Payload payload) throws Exception {
    Lease lease =
        new Lease(
            new LeaseToken("h:1", "q", "tasks.q", 0, 7, 1, "s"),
            new Handed(
                new FakeContext(payload),
                new TopicPartition("tasks.q", 0),
                7,
                new CompletableFuture<>()),
            Duration.ofMinutes(5),
            System::nanoTime);
    String text = Json.mapper().writeValueAsString(LeaseJson.of(lease, Instant.EPOCH));
    assertThat(Json.mapper().readTree(text).path("expiresAt").asText())
        .isEqualTo("1970-01-01T00:00:30Z"); // the attempt's timeout comes first
    assertThat(text.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    return text;
  }
}
