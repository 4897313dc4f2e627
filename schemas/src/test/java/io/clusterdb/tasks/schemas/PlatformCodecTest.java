package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.schemas.avro.BackoffType;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.OnRetry;
import io.clusterdb.tasks.schemas.avro.QueueDefinition;
import io.clusterdb.tasks.schemas.avro.RateLimitDefinition;
import io.clusterdb.tasks.schemas.avro.RetryPolicyDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class PlatformCodecTest {
  private static final String TOPIC = "tasks.events";
  private final PlatformCodec codec = PlatformCodec.singleObject();

  private JobEvent roundTrip(JobEvent event) {
    return codec.decode(TOPIC, codec.encode(TOPIC, event), JobEvent.class);
  }

  @Test
  void readsWhatItWrites() {
    assertThat(roundTrip(Records.event())).isEqualTo(Records.event());
  }

  @Test
  void writesTheBytesOfTheSpecification() {
    byte[] bytes = codec.encode("t", new JobError("A", "b"));

    // marker, fingerprint of the schema, then two strings with zigzag lengths
    assertThat(HexFormat.of().formatHex(bytes)).matches("c301[0-9a-f]{16}02410262");
  }

  @Test
  void agreesWithAvrosOwnSingleObjectCoderBothWays() throws IOException {
    byte[] ours = codec.encode(TOPIC, Records.event());

    assertThat(ByteBuffer.wrap(ours)).isEqualTo(Records.event().toByteBuffer());
    assertThat(JobEvent.fromByteBuffer(ByteBuffer.wrap(ours))).isEqualTo(Records.event());
  }

  @Test
  void writesEveryKindOfFieldOfADefinition() {
    RetryPolicyDefinition retry =
        RetryPolicyDefinition.newBuilder()
            .setMaxAttempts(5)
            .setBackoff(BackoffType.LINEAR)
            .setInitialMs(1000)
            .setOnErrors(List.of("TransientError", "Timeout"))
            .build();
    QueueDefinition queue =
        QueueDefinition.newBuilder()
            .setName("default")
            .setVersion(1)
            .setUpdatedAt(Instant.ofEpochMilli(5))
            .setConcurrency(10)
            .setPartitions(8)
            .setOnRetry(OnRetry.OVERTAKE)
            .setRetentionMs(604_800_000)
            .setRateLimit(new RateLimitDefinition(12.5, 3))
            .setRetry(retry)
            .build();

    byte[] bytes = codec.encode("tasks.catalog", queue);

    assertThat(codec.decode("tasks.catalog", bytes, QueueDefinition.class)).isEqualTo(queue);
  }

  @Test
  void needsNoTrustFromTheApplication() {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    byte[] bytes = codec.encode(TOPIC, Records.event());
    try {
      ClassSecurityValidator.setGlobal(ClassSecurityValidator.DEFAULT);
      assertThat(codec.decode(TOPIC, bytes, JobEvent.class)).isEqualTo(Records.event());
    } finally {
      ClassSecurityValidator.setGlobal(before);
    }
  }

  @Test
  void refusesARecordWithoutARequiredField() {
    JobError broken = new JobError();

    assertThatThrownBy(() -> codec.encode(TOPIC, broken))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("JobError");
    assertThat(roundTrip(Records.event())).isEqualTo(Records.event());
  }

  @Test
  void namesAFingerprintThatItDoesNotKnow() {
    byte[] bytes = codec.encode(TOPIC, Records.event());
    bytes[2] ^= 1;

    assertThatThrownBy(() -> codec.decode(TOPIC, bytes, JobEvent.class))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("fingerprint");
  }

  @Test
  void refusesARecordOfAnotherType() {
    byte[] bytes = codec.encode(TOPIC, Records.event());

    assertThatThrownBy(() -> codec.decode(TOPIC, bytes, JobOutcome.class))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("JobEvent")
        .hasMessageContaining("JobOutcome");
  }

  @Test
  void refusesSchemaIdsWithoutARegistry() {
    assertThatThrownBy(() -> codec.decode(TOPIC, new byte[] {0, 0, 0, 0, 7, 2}, JobEvent.class))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("schema id 7")
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void refusesEveryTruncationAndWhatIsLeftOver() {
    byte[] bytes = codec.encode(TOPIC, Records.event());

    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec.decode(TOPIC, truncated, JobEvent.class))
          .isInstanceOf(MalformedRecordException.class);
    }
    assertThatThrownBy(
            () -> codec.decode(TOPIC, Arrays.copyOf(bytes, bytes.length + 1), JobEvent.class))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("more bytes");
  }

  @Test
  void damagedBytesGiveARecordOrOneException() {
    byte[] bytes = codec.encode(TOPIC, Records.event());
    Random random = new Random(7);
    for (int i = 0; i < 50_000; i++) {
      byte[] damaged = bytes.clone();
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt();
      }
      try {
        codec.decode(TOPIC, damaged, JobEvent.class);
      } catch (MalformedRecordException e) {
        assertThat(e).hasMessageContaining(TOPIC);
      }
    }
  }

  @Test
  void isThreadSafe() {
    byte[] expected = codec.encode(TOPIC, Records.event());
    boolean same =
        IntStream.range(0, 20_000)
            .parallel()
            .allMatch(
                i ->
                    Arrays.equals(expected, codec.encode(TOPIC, Records.event()))
                        && roundTrip(Records.event()).equals(Records.event()));
    assertThat(same).isTrue();
  }
}
