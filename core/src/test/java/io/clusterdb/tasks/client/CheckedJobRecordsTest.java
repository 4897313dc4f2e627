package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.codec.BytesCodec;
import io.clusterdb.tasks.codec.JsonCodec;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckedJobRecordsTest {
  record Order(String id) {}

  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}\
      """;

  private final FakeCatalog catalog =
      new FakeCatalog(
          new CatalogSnapshot(
              1,
              Map.of(
                  "default", Queue.named("default").build(),
                  "small", Queue.named("small").maxDepth(2L).build()),
              Map.of(
                  "Typed", TaskDefinition.of("Typed").payloadType(Order.class),
                  "Shaped", TaskDefinition.of("Shaped").payloadSchema(SCHEMA)),
              Set.of()));
  private final DepthEstimator depths = new DepthEstimator(queue -> 0);
  private final TopicNames names = new TopicNames("tasks");
  private final CheckedJobRecords records =
      new CheckedJobRecords(
          catalog,
          new Router(names),
          new PayloadCodecs(List.of(new BytesCodec(), new JsonCodec())),
          Sealing.NONE,
          new LaneTopics(
              noTopics(),
              decision -> {
                throw new AssertionError("no lane is to be declared");
              }),
          depths,
          new Ids(InstantSource.fixed(NOW), new SharedRandom(1)),
          InstantSource.fixed(NOW),
          () -> null);

  private TopicAdmin noTopics() {
    return new TopicAdmin(
        () -> {
          throw new AssertionError("no topic is to be made");
        },
        names,
        1,
        8,
        "none",
        Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    depths.close();
  }

  @Test
  void aJobBecomesARecordThatSaysEverything() {
    Job job =
        Job.of("ProcessOrder", new Order("o-1"))
            .id("job-1")
            .key("customer-7")
            .metadata("source", "api")
            .build();
    JobRecords.Prepared prepared = records.prepare(job, "me/1");
    ProducerRecord<byte[], byte[]> record = prepared.record();
    assertThat(record.topic()).isEqualTo("tasks.default");
    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("customer-7");
    assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":\"o-1\"}");
    assertThat(header(record, JobHeaders.ID)).isEqualTo("job-1");
    assertThat(header(record, JobHeaders.RUN)).isEqualTo(prepared.id().run());
    assertThat(header(record, JobHeaders.CREATED_AT)).isEqualTo(Long.toString(NOW.toEpochMilli()));
    assertThat(header(record, JobHeaders.REPLY_TO)).isEqualTo("caller");
    assertThat(header(record, JobHeaders.REPLY_KEY)).isEqualTo("me/1");
    assertThat(header(record, "job-meta-source")).isEqualTo("api");
  }

  @Test
  void aJobForLaterSaysItsQueueAndItsTime() {
    ProducerRecord<byte[], byte[]> record =
        records
            .prepare(Job.of("a").id("x").schedule(Schedule.after(Duration.ofSeconds(5))).build())
            .record();
    assertThat(record.topic()).isEqualTo("tasks.delayed");
    assertThat(header(record, JobHeaders.QUEUE)).isEqualTo("default");
    assertThat(header(record, JobHeaders.DELAY_MS)).isEqualTo("5000");
  }

  @Test
  void aQueueThatWasJustCreatedIsFound() {
    catalog.next =
        new CatalogSnapshot(2, Map.of("fresh", Queue.named("fresh").build()), Map.of(), Set.of());
    assertThat(records.prepare(Job.of("a").queue("fresh").build()).record().topic())
        .isEqualTo("tasks.fresh");
    assertThat(catalog.reads).isEqualTo(1);
  }

  @Test
  void manyJobsForAMissingQueueAskOnce() {
    for (int i = 0; i < 100; i++) {
      assertCode(
          ErrorCode.QUEUE_NOT_FOUND, () -> records.prepare(Job.of("a").queue("none").build()));
    }
    assertThat(catalog.reads).isLessThan(100);
  }

  @Test
  void aPayloadOfAnotherClassIsRefused() {
    records.prepare(Job.of("Typed", new Order("a")).build());
    records.prepare(Job.of("Typed", Payload.json("{}")).build());
    records.prepare(Job.of("Typed").build());
    assertCode(
        ErrorCode.INVALID_PAYLOAD, () -> records.prepare(Job.of("Typed", Map.of("id", 1)).build()));
  }

  @Test
  void aPayloadThatDoesNotFitItsSchemaIsRefused() {
    records.prepare(Job.of("Shaped", new Order("a")).build());
    records.prepare(Job.of("Shaped", Payload.json("{\"id\": \"a\"}")).build());
    assertCode(
        ErrorCode.INVALID_PAYLOAD,
        () -> records.prepare(Job.of("Shaped", Map.of("id", 1)).build()));
    assertCode(ErrorCode.INVALID_PAYLOAD, () -> records.prepare(Job.of("Shaped").build()));
  }

  @Test
  void aRecordThatIsTooLargeIsRefusedWithItsSize() {
    records.prepare(Job.of("a", new byte[900_000]).build());
    assertThatThrownBy(() -> records.prepare(Job.of("a", new byte[1_000_000]).build()))
        .hasMessageContaining("1000000")
        .hasMessageContaining("payload")
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAYLOAD));
  }

  @Test
  void aFullQueueRefusesButTakesJobsForLater() {
    Job job = Job.of("a").queue("small").build();
    records.prepare(job);
    records.prepare(job);
    assertCode(ErrorCode.QUEUE_FULL, () -> records.prepare(job));
    records.prepare(
        Job.of("a").queue("small").schedule(Schedule.after(Duration.ofSeconds(1))).build());
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
    return HeaderText.of(record.headers(), name);
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TasksException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static final class FakeCatalog implements CatalogView {
    private CatalogSnapshot now;
    private CatalogSnapshot next;
    private int reads;

    FakeCatalog(CatalogSnapshot now) {
      this.now = now;
      this.next = now;
    }

    @Override
    public CatalogSnapshot current() {
      return now;
    }

    @Override
    public CatalogSnapshot latest() {
      reads++;
      now = next;
      return now;
    }

    @Override
    public AutoCloseable onChange(Consumer<CatalogSnapshot> listener) {
      return () -> {};
    }
  }
}
