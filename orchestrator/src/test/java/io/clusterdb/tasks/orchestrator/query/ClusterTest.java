package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One instance, whose partitions are being shared out; each look takes as long as the test says.
 */
@Timeout(30)
@SuppressWarnings("NullAway.Init") // join() comes before each test
class ClusterTest {
  @TempDir private Path directory;
  private final Peers peers = new Peers("http", null);
  private final AtomicLong clock = new AtomicLong(1);
  private final AtomicInteger looks = new AtomicInteger();
  private final Cluster cluster = new Cluster(peers, clock::get);
  private KafkaStreams streams;

  @BeforeEach
  void join() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("any", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach((key, value) -> {});
    streams = // never started: no instance knows of another
        new KafkaStreams(
            builder.build(),
            new StreamsConfig(
                Map.of(
                    StreamsConfig.APPLICATION_ID_CONFIG, "cluster-test",
                    StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1",
                    StreamsConfig.STATE_DIR_CONFIG, directory.toString())));
    cluster.join(streams, new HostInfo("127.0.0.1", 1));
  }

  @AfterEach
  void close() {
    streams.close(Duration.ZERO);
    peers.close();
  }

  @Test
  void aListWaitsSomeSecondsForPartitionsThatAreSharedOut() throws Exception {
    assertThat(askAll(6, Duration.ofMillis(900))).containsExactly(IntNode.valueOf(2));
    assertThat(looks).hasValue(6);
  }

  @Test
  void soItDoesForStoresThatMove() throws Exception {
    List<JsonNode> answers =
        cluster.askAll(
            "store",
            2,
            "/internal/any",
            () -> {
              if (look(Duration.ofMillis(900)) < 6) {
                throw new InvalidStateStoreException("rebalancing");
              }
              return IntNode.valueOf(2);
            },
            ClusterTest::firstOnes);
    assertThat(answers).containsExactly(IntNode.valueOf(2));
  }

  @Test
  void butNotForever() {
    assertThatThrownBy(() -> askAll(Integer.MAX_VALUE, Duration.ofSeconds(1)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("1 of 2 partitions answer");
    assertThat(looks).hasValueBetween(5, 6);
  }

  /** Has one of two partitions until a look, then both. */
  private List<JsonNode> askAll(int complete, Duration each) throws InterruptedException {
    return cluster.askAll(
        "store",
        2,
        "/internal/any",
        () -> IntNode.valueOf(look(each) < complete ? 1 : 2),
        ClusterTest::firstOnes);
  }

  private int look(Duration takes) {
    clock.addAndGet(takes.toNanos());
    return looks.incrementAndGet();
  }

  private static Set<Integer> firstOnes(JsonNode count) {
    return count.intValue() == 1 ? Set.of(0) : Set.of(0, 1);
  }
}
