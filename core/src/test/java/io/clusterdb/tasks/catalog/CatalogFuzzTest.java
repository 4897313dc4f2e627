package io.clusterdb.tasks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.schemas.PlatformCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * Records of the catalog that a stranger wrote or that were damaged, by a seed: each is taken, or
 * refused by the one error after which the rest is read on and what it would replace stays.
 */
class CatalogFuzzTest {
  private static final int RECORDS = 60_000;

  /** What comes before the fields: a mark, and which schema it is. */
  private static final int HEADER = 10;

  private final PlatformCodec codec = PlatformCodec.singleObject();
  private final CatalogState state = new CatalogState("catalog", codec);
  private final List<Map.Entry<CatalogKey, byte[]>> samples = samples();

  @Test
  void anyRecordIsTakenOrRefusedAlone() {
    int refused = 0;
    for (int seed = 0; seed < RECORDS; seed++) {
      Random random = new Random(seed);
      Map.Entry<CatalogKey, byte[]> sample = samples.get(random.nextInt(samples.size()));
      byte[] value = damaged(sample.getValue(), random);
      long before = state.snapshot(0).version(sample.getKey());
      try {
        state.apply(sample.getKey(), value);
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(state.snapshot(0).version(sample.getKey())).isEqualTo(before);
      } catch (RuntimeException e) {
        fail(
            "seed %d: %s stops the catalog: %s"
                .formatted(seed, sample.getKey(), HexFormat.of().formatHex(value)),
            e);
      }
    }
    assertThat(refused).isBetween(RECORDS / 10, RECORDS - RECORDS / 10);
  }

  @Test
  void anyKeyIsOneOrNone() {
    for (int seed = 0; seed < RECORDS; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(5); i >= 0; i--) {
        text.append(
            List.of("queue", "task", "workflow", "/", ":", "platform", " ", "\u0000", "é", "@1")
                .get(random.nextInt(10)));
      }
      CatalogKey key = CatalogKey.parse(text.toString());
      if (key != null) {
        assertThat(key.text()).isEqualTo(text.toString());
      }
    }
  }

  private static byte[] damaged(byte[] whole, Random random) {
    byte[] value = whole.clone();
    if (random.nextInt(8) == 0) {
      return Arrays.copyOf(value, random.nextInt(value.length));
    }
    int from = random.nextInt(10) == 0 ? 0 : Math.min(HEADER, value.length - 1);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = from + random.nextInt(value.length - from);
      value[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) (value[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) 0xff;
            case 2 -> 0;
            default -> (byte) random.nextInt(256);
          };
    }
    return value;
  }

  private static List<Map.Entry<CatalogKey, byte[]>> samples() {
    CatalogRecords records = new CatalogRecords("catalog");
    List<CatalogChange> changes = new ArrayList<>();
    DefinitionsTest.queues().forEach(queue -> changes.add(new CatalogChange.PutQueue(queue)));
    Stream.of(
            new CatalogChange.PutType(
                TaskDefinition.of("a/b").queue("orders").timeout(Duration.ofSeconds(5))),
            new CatalogChange.PutWorkflow(Workflow.named("w")),
            new CatalogChange.PutQueueState("orders", true, "maintenance"),
            new CatalogChange.PutSchedule(ScheduleDefinitionsTest.FULL),
            new CatalogChange.PutScheduleState("nightly", true, null),
            new CatalogChange.PutEndpoints(new Endpoints("http://api", "http://registry")),
            new CatalogChange.PutMonitoring(
                MetricsConfig.with("queue_depth")
                    .alerts(AlertConfig.defaults().after(Duration.ofSeconds(5)))))
        .forEach(changes::add);
    List<Map.Entry<CatalogKey, byte[]>> samples = new ArrayList<>();
    for (CatalogChange change : changes) {
      ProducerRecord<byte[], byte[]> record =
          records.record(CatalogSnapshot.EMPTY, change, Instant.EPOCH);
      byte[] value = record.value();
      if (value != null) {
        samples.add(Map.entry(change.key(), value));
      }
    }
    assertThat(samples).hasSameSizeAs(changes);
    return samples;
  }
}
