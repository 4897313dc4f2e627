package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPlatformIT {
  @TempDir Path data;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void servesKafkaHttpAndRegistryOnceItIsStarted() throws Exception {
    try (EmbeddedPlatform platform = free().start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrap()))) {
        assertThat(admin.describeCluster().nodes().get()).hasSize(1);
      }
      assertThat(status(platform.api().resolve("/health/live"))).isEqualTo(200);
      assertThat(status(platform.api().resolve("/health/ready"))).isEqualTo(200);
      assertThat(status(platform.registry().resolve("/subjects"))).isEqualTo(200);
      assertThat(body(platform.api().resolve("/health/ready")))
          .contains("scheduler", "orchestrator");
    }
  }

  @Test
  void aPlainConnectionFindsTheRegistryByTheCatalog() throws Exception {
    try (EmbeddedPlatform platform = free().withoutScheduler().withoutOrchestrator().start();
        Tasks tasks = Tasks.connect(platform.bootstrap())) {
      tasks.queues().createQueue(Queue.named("plain").build());
      assertThat(platform.tasks().queues().getQueue("plain")).isPresent();
      assertThat(echo(tasks, "plain")).isEqualTo("\"hello\"");

      assertThat(firstBytes(tasks, "tasks.catalog", "queue/plain")).containsExactly(0xC3, 0x01);
      assertThat(firstBytes(tasks, "tasks.events", null)).startsWith(0);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code =
          Cli.run(
              new ByteArrayInputStream(new byte[0]),
              out,
              System.err,
              Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
              "events",
              "--queue",
              "plain",
              "--from-beginning");
      assertThat(code).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("SUCCEEDED  plain  echo");
    }
  }

  @Test
  void anAnnouncedRegistryThatIsDownStopsNothing() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        Tasks tasks = Tasks.connect(broker.bootstrap())) {
      Endpoints dead = new Endpoints(null, "http://127.0.0.1:1");
      var unused =
          TasksRuntime.of(tasks)
              .catalogWriter()
              .change(catalog -> List.of(new CatalogChange.PutEndpoints(dead)));
      tasks.queues().createQueue(Queue.named("plain").build());
      assertThat(echo(tasks, "plain")).isEqualTo("\"hello\"");
      assertThat(firstBytes(tasks, "tasks.events", null)).containsExactly(0xC3, 0x01);
    }
  }

  private static String echo(Tasks tasks, String queue) {
    try (Processor processor =
        Processor.on(tasks)
            .queue(queue)
            .handler("echo", String.class, (text, context) -> text)
            .start()) {
      assertThat(processor.running()).isTrue();
      TaskResult result =
          tasks
              .tasks()
              .executeTask(Task.of("echo").queue(queue).payload("hello"), Duration.ofSeconds(30));
      return String.valueOf(result.result());
    }
  }

  /** Of the first record of this key, or of any, as numbers from 0. */
  private static List<Integer> firstBytes(Tasks tasks, String topic, @Nullable String key) {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    try (Consumer<byte[], byte[]> consumer = runtime.clients().consumer(Map.of())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (key == null || key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
            return List.of(record.value()[0] & 0xFF, record.value()[1] & 0xFF);
          }
        }
      }
    }
    throw new AssertionError("no record in " + topic);
  }

  @Test
  void namesTheFlagOfEachBusyPortAndLeavesNothingBehind() {
    try (EmbeddedPlatform running = free().withoutScheduler().withoutOrchestrator().start()) {
      int kafka = Integer.parseInt(running.bootstrap().replaceAll(".*:", ""));
      assertBusy(free().dataDir(data).kafkaPort(kafka), "--kafka-port");
      assertBusy(free().dataDir(data).httpPort(running.api().getPort()), "--http-port");
      assertBusy(
          free().dataDir(data).registryPort(running.registry().getPort()), "--registry-port");
    }

    free().withoutScheduler().withoutOrchestrator().dataDir(data).start().close();
  }

  @Test
  void keepsSchemasAndTheirIdsAcrossARestart() throws Exception {
    int id;
    try (EmbeddedPlatform platform =
        free().withoutScheduler().withoutOrchestrator().dataDir(data).start()) {
      HttpRequest register =
          HttpRequest.newBuilder(platform.registry().resolve("/subjects/orders-value/versions"))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"\\\"string\\\"\"}"))
              .build();
      String answer = client.send(register, HttpResponse.BodyHandlers.ofString()).body();
      id = new ObjectMapper().readTree(answer).path("id").asInt();
      assertThat(id).as(answer).isPositive();
    }

    try (EmbeddedPlatform platform =
        free().withoutScheduler().withoutOrchestrator().dataDir(data).start()) {
      HttpRequest byId =
          HttpRequest.newBuilder(platform.registry().resolve("/schemas/ids/" + id)).build();
      assertThat(client.send(byId, HttpResponse.BodyHandlers.ofString()).body())
          .contains("\\\"string\\\"");
    }
  }

  @Test
  void aPausedQueueStaysPausedWhenEverythingRestarts() throws Exception {
    try (EmbeddedPlatform platform = free().dataDir(data).start()) {
      platform.tasks().queues().createQueue(Queue.named("held").build());
      platform.tasks().queues().pause("held");
      platform.tasks().queues().enqueue(Job.of("echo", "x").id("first").queue("held").build());
    }
    try (EmbeddedPlatform platform = free().dataDir(data).start();
        Tasks tasks = Tasks.connect(platform.bootstrap());
        Processor worker =
            Processor.on(tasks)
                .queue("held")
                .handler("echo", String.class, (text, context) -> text)
                .start()) {
      Path file = Files.writeString(data.resolve("tasks.yaml"), "tasks: { queues: { held: {} } }");
      assertThat(cli(platform, "apply", "-f", file.toString())).isZero();
      assertThat(tasks.queues().stats("held").paused()).isTrue();
      assertThat(worker.awaitReady(Duration.ofSeconds(30))).isTrue();
      assertThat(worker.awaitEmpty(Duration.ofSeconds(1))).isFalse();
      assertThat(tasks.tasks().getTaskStatus("first").state()).isEqualTo(JobState.QUEUED);
      assertThat(cli(platform, "queue", "resume", "held")).isZero();
      assertThat(tasks.tasks().awaitTaskStatus("first", Duration.ofSeconds(30)).state())
          .isEqualTo(JobState.SUCCEEDED);
    }
  }

  private static int cli(EmbeddedPlatform platform, String... arguments) {
    return Cli.run(
        new ByteArrayInputStream(new byte[0]),
        new ByteArrayOutputStream(),
        System.err,
        Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
        arguments);
  }

  private static EmbeddedPlatform.Builder free() {
    return EmbeddedPlatform.builder().kafkaPort(0).httpPort(0).registryPort(0);
  }

  private static void assertBusy(EmbeddedPlatform.Builder builder, String flag) {
    assertThatThrownBy(() -> builder.start().close())
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining(flag);
  }

  private String body(URI uri) throws Exception {
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private int status(URI uri) throws Exception {
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
