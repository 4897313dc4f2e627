package io.clusterdb.tasks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Corpus;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.schemas.PlatformCodec;
import java.io.IOException;
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

  private static final Instant NOW = Instant.parse("2026-11-26T18:00:00Z");

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
        use(sample.getKey(), "seed " + seed);
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

  /** A schedule that was taken is asked for its times by who can refuse it no more. */
  private void use(CatalogKey key, String which) {
    ScheduledTask schedule =
        key.kind() == CatalogKey.Kind.SCHEDULE ? state.snapshot(0).schedule(key.name()) : null;
    if (schedule != null) {
      List<Instant> times = schedule.next(NOW, 3);
      assertThat(times).as(which).isSorted().doesNotHaveDuplicates();
      for (Instant time : times) {
        assertThat(schedule.fireTime(time)).as(which).isAfterOrEqualTo(time);
      }
    }
  }

  @Test
  void whatWasFoundIsRefusedAndWhatItWouldReplaceStays() throws IOException {
    samples.forEach(sample -> state.apply(sample.getKey(), sample.getValue()));
    CatalogCorpus corpus = new CatalogCorpus();
    List<String> taken = new ArrayList<>();
    for (String found : Corpus.of("catalog")) {
      byte[] value = corpus.value(found);
      CatalogSnapshot before = state.snapshot(0);
      try {
        state.apply(CatalogCorpus.key(found), value);
        taken.add(found);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as(found).isNotBlank();
        assertThat(state.snapshot(0)).as(found).isEqualTo(before);
      }
    }
    assertThat(taken).isEmpty();
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

  private static Workflow workflow() {
    return Workflow.named("all")
        .version("2")
        .timeout(Duration.ofHours(1))
        .retry(RetryPolicy.fixed(Duration.ofSeconds(1)))
        .task(
            WorkflowTask.named("pay")
                .payload("{{input.amount}}")
                .when("input.amount > 3")
                .compensateWith(Task.of("refund")))
        .task(WorkflowTask.named("rest").sleep(Duration.ofSeconds(5)).dependsOn("pay"))
        .task(WorkflowTask.named("hear").waitFor("signal").dependsOn("rest"))
        .task(WorkflowTask.named("each").forEach("{{input.list}}").dependsOn("hear"))
        .task(WorkflowTask.named("child").workflow("w").dependsOn("each"))
        .outputs("{{tasks.pay.output}}");
  }

  private static List<Map.Entry<CatalogKey, byte[]>> samples() {
    CatalogRecords records = new CatalogRecords("catalog");
    List<CatalogChange> changes = new ArrayList<>();
    DefinitionsTest.queues().forEach(queue -> changes.add(new CatalogChange.PutQueue(queue)));
    Stream.of(
            new CatalogChange.PutType(
                TaskDefinition.of("a/b").queue("orders").timeout(Duration.ofSeconds(5))),
            new CatalogChange.PutWorkflow(Workflow.named("w")),
            new CatalogChange.PutWorkflow(workflow()),
            new CatalogChange.PutQueueState("orders", true, "maintenance"),
            new CatalogChange.PutSchedule(ScheduleDefinitionsTest.FULL),
            new CatalogChange.PutSchedule(
                ScheduledTask.named("often")
                    .schedule(Schedule.every(Duration.ofHours(1)).jitter(Duration.ofMinutes(5)))
                    .start(NOW)),
            new CatalogChange.PutSchedule(
                ScheduledTask.named("once").schedule(Schedule.at(NOW.plusSeconds(60)))),
            new CatalogChange.PutSchedule(
                ScheduledTask.named("close")
                    .schedule(Schedule.cron("*/5 9-17 * * MON-FRI"))
                    .target(
                        new ScheduleTarget.StartWorkflow(
                            "w", "1.0", Payload.json("{\"a\":1}"), Map.of("source", "plan")))),
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
