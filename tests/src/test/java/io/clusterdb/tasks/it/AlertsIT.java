package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.Alert.Delivery;
import io.clusterdb.tasks.Alert.State;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts of two orchestrators, of which one is killed while the webhook hangs. */
@SuppressWarnings("NullAway.Init") // start() comes before the test
class AlertsIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer webhook;
  private EmbeddedBroker broker;
  private TasksRuntime tasks;

  @BeforeEach
  void start() throws IOException {
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    webhook.createContext("/", this::hear);
    webhook.start();
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
    tasks.queues().createQueue(Queue.named("mails").partitions(2).build());
    tasks.configureMonitoring(
        MetricsConfig.with("queue_depth", "error_rate")
            .alerts(
                AlertConfig.queueThreshold(5)
                    .errorThreshold(0.01)
                    .after(Duration.ZERO)
                    .resolveAfter(Duration.ZERO)
                    .webhook("http://localhost:" + webhook.getAddress().getPort() + "/hook")));
  }

  @AfterEach
  void stop() {
    released.countDown();
    tasks.close();
    broker.close();
    webhook.stop(0);
  }

  /** Hangs until it is released. */
  private void hear(HttpExchange exchange) throws IOException {
    try (exchange) {
      told.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
      released.await();
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JavaProcess orchestrator(String name) throws IOException {
    return JavaProcess.start(
        OrchestratorProcess.class, broker.bootstrap(), directory.resolve(name).toString());
  }

  private void enqueue(String type, int count) {
    tasks
        .queues()
        .enqueue(
            IntStream.range(0, count)
                .mapToObj(i -> Job.of(type, i).queue("mails").build())
                .toList());
  }

  private Alert awaitAlert(String key, State state, Delivery delivery) {
    return await()
        .atMost(LONG)
        .until(
            () -> tasks.alerts().stream().filter(each -> each.key().equals(key)).findFirst(),
            found ->
                found.isPresent()
                    && found.get().state() == state
                    && found.get().webhook() == delivery)
        .orElseThrow();
  }

  @Test
  void anAlertFiresOnceAndIsOverOnceWhoeverDiesMeanwhile() throws Exception {
    try (JavaProcess first = orchestrator("one")) {
      assertThat(first.nextLine()).startsWith("http");
      enqueue("send", 10);
      Alert fired = awaitAlert("queue_depth/mails", State.FIRING, Delivery.PENDING);
      assertThat(fired.summary()).matches("Queue mails holds ([6-9]|10) jobs that are not done");
      await().atMost(LONG).until(() -> !told.isEmpty());
      try (JavaProcess second = orchestrator("two")) {
        URI api = URI.create(Objects.requireNonNull(second.nextLine()));
        first.kill();
        released.countDown();
        Alert kept = awaitAlert("queue_depth/mails", State.FIRING, Delivery.DELIVERED);
        assertThat(kept).isEqualTo(fired.webhook(Delivery.DELIVERED));
        workersTakeThem(fired);
        assertThat(listed(api, "")).hasSize(2);
        await().atMost(LONG).until(() -> listed(api, "?state=firing").isEmpty());
      }
    }
  }

  /** The first ten fail, so errors take over, until good ones outnumber them. */
  private void workersTakeThem(Alert fired) throws InterruptedException {
    try (Processor worker =
        Processor.on(tasks)
            .queue("mails")
            .handler(
                "send",
                Object.class,
                (any, context) -> {
                  throw new PermanentFailure("no");
                })
            .handler("good", Object.class, (any, context) -> null)
            .start()) {
      assertThat(worker.awaitReady(LONG)).isTrue();
      Alert over = awaitAlert("queue_depth/mails", State.RESOLVED, Delivery.DELIVERED);
      assertThat(over.id()).isEqualTo(fired.id());
      Alert errors = awaitAlert("error_rate/mails", State.FIRING, Delivery.DELIVERED);
      assertThat(errors.summary()).isEqualTo("Of the attempts of queue mails 100% fail");
      onceEach();
      enqueue("good", 2_000); // which may well be too many for a moment, again
      awaitAlert("error_rate/mails", State.RESOLVED, Delivery.DELIVERED);
    }
  }

  private void onceEach() {
    assertThat(written("queue_depth/mails"))
        .containsExactly(
            "FIRING PENDING", "FIRING DELIVERED", "RESOLVED PENDING", "RESOLVED DELIVERED");
    assertThat(told.stream().map(each -> each.path("id").asText()).distinct()).hasSize(2);
  }

  private static JsonNode listed(URI api, String query) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(api.resolve("/v1/alerts" + query)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body()).path("alerts");
    }
  }

  /** Everything that was ever written of an alert, in its order. */
  private List<String> written(String key) {
    String topic = tasks.names().alerts();
    List<String> states = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        tasks.clients().consumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
            var alert =
                tasks
                    .platformCodec()
                    .decode(topic, record.value(), io.clusterdb.tasks.schemas.avro.Alert.class);
            states.add(alert.getState() + " " + alert.getWebhook());
          }
        }
      }
    }
    return states;
  }
}
