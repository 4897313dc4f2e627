package io.clusterdb.tasks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.schemas.PlatformCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class CatalogStateTest {
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final Queue ORDERS = Queue.named("orders").build();

  private final CatalogState state = new CatalogState("catalog", PlatformCodec.singleObject());
  private final CatalogRecords records = new CatalogRecords("catalog");

  private CatalogSnapshot after(CatalogChange... changes) {
    for (CatalogChange change : changes) {
      ProducerRecord<byte[], byte[]> record = records.record(state.snapshot(0), change, NOW);
      CatalogKey key = CatalogKey.parse(new String(record.key(), StandardCharsets.UTF_8));
      assertThat(key).isEqualTo(change.key());
      state.apply(change.key(), record.value());
    }
    return state.snapshot(42);
  }

  @Test
  void addsUpWhatIsWritten() {
    CatalogSnapshot snapshot =
        after(
            new CatalogChange.PutQueue(ORDERS),
            new CatalogChange.PutType(TaskDefinition.of("a/b").queue("orders")),
            new CatalogChange.PutQueueState("orders", true, "maintenance"),
            new CatalogChange.PutEndpoints(new Endpoints("http://api", "http://registry")));
    assertThat(snapshot.offset()).isEqualTo(42);
    assertThat(snapshot.queue("orders")).isEqualTo(ORDERS);
    assertThat(snapshot.queueOf(null, "a/b")).isEqualTo("orders");
    assertThat(snapshot.paused()).containsExactly("orders");
    assertThat(snapshot.endpoints()).isEqualTo(new Endpoints("http://api", "http://registry"));
  }

  @Test
  void whatIsWatchedComesBackAsItWasSaid() {
    MetricsConfig config =
        MetricsConfig.with("queue_depth")
            .alerts(
                AlertConfig.defaults()
                    .after(Duration.ofSeconds(5))
                    .webhook("https://host/hook?a=b")
                    .queue("bulk", AlertLimits.NONE.queueThreshold(7).noWorkers(false)));
    CatalogSnapshot snapshot = after(new CatalogChange.PutMonitoring(config));
    assertThat(snapshot.monitoring()).isEqualTo(config);
    assertThat(snapshot.version(CatalogKey.MONITORING)).isEqualTo(1);
    MetricsConfig bare = MetricsConfig.with();
    assertThat(after(new CatalogChange.PutMonitoring(bare)).monitoring()).isEqualTo(bare);
    assertThat(after(new CatalogChange.Remove(CatalogKey.MONITORING)).monitoring()).isNull();
  }

  @Test
  void countsTheVersionsOfEachDefinition() {
    CatalogSnapshot snapshot =
        after(
            new CatalogChange.PutQueue(ORDERS),
            new CatalogChange.PutQueue(ORDERS.toBuilder().concurrency(3).build()),
            new CatalogChange.PutType(TaskDefinition.of("a")));
    assertThat(snapshot.version(CatalogKey.queue("orders"))).isEqualTo(2);
    assertThat(snapshot.version(CatalogKey.task("a"))).isEqualTo(1);
    assertThat(snapshot.version(CatalogKey.queue("none"))).isZero();
  }

  @Test
  void forgetsWhatIsRemoved() {
    CatalogSnapshot snapshot =
        after(
            new CatalogChange.PutQueue(ORDERS),
            new CatalogChange.PutQueueState("orders", true, null),
            new CatalogChange.PutEndpoints(new Endpoints("http://api", null)),
            new CatalogChange.Remove(CatalogKey.queue("orders")),
            new CatalogChange.Remove(CatalogKey.queueState("orders")),
            new CatalogChange.Remove(CatalogKey.ENDPOINTS));
    assertThat(snapshot).isEqualTo(new CatalogSnapshot(42, Map.of(), Map.of(), Set.of()));
  }

  @Test
  void aQueueThatGoesOnIsNoLongerPaused() {
    assertThat(
            after(
                    new CatalogChange.PutQueueState("orders", true, null),
                    new CatalogChange.PutQueueState("orders", false, null))
                .paused())
        .isEmpty();
  }

  @Test
  void whatCannotBeReadLeavesWhatWasThere() {
    after(new CatalogChange.PutQueue(ORDERS));
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> state.apply(CatalogKey.queue("orders"), garbage))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(state.snapshot(0).queue("orders")).isEqualTo(ORDERS);
  }

  @Test
  void aDefinitionUnderAnotherNameIsRefused() {
    byte[] value =
        records.record(CatalogSnapshot.EMPTY, new CatalogChange.PutQueue(ORDERS), NOW).value();
    assertThatThrownBy(() -> state.apply(CatalogKey.queue("other"), value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("orders");
  }

  @Test
  void keysOfOtherKindsAreNone() {
    assertThat(CatalogKey.parse("unknown/nightly")).isNull();
    assertThat(CatalogKey.parse("queue")).isNull();
    assertThat(CatalogKey.parse("task/with/slashes")).isEqualTo(CatalogKey.task("with/slashes"));
  }
}
