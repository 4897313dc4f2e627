package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoctorIT {
  private int code;

  @Test
  void saysWhatIsWrongAndHowToMendIt() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        TasksRuntime tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())))) {
      tasks.queues().createQueue(Queue.named("mails").partitions(1).build());
      assertThat(checks(broker))
          .as("a platform without services, and nothing to do")
          .containsExactlyInAnyOrder(
              "no-scheduler scheduler",
              "no-orchestrator orchestrator",
              "never-consumed queue mails");
      assertThat(code).isEqualTo(1);

      tasks.queues().enqueue(Job.of("mail").queue("mails").build());
      tasks.queues().createQueue(Queue.named("idle").partitions(1).build());
      tasks.queues().pause("idle");
      tasks.topics().delete(List.of("tasks.idle.dlq"));
      alter(tasks, "tasks.mails", "retention.ms", "1000000");
      send(tasks, "tasks.catalog", CatalogKey.queue("odd").text(), "no definition");
      try (KafkaProducer<byte[], byte[]> hanging =
          tasks
              .clients()
              .producer(
                  Map.of(
                      ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                      "foreign",
                      ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                      60_000))) {
        hanging.initTransactions();
        hanging.beginTransaction();
        hanging.send(new ProducerRecord<>("tasks.mails", HeaderText.bytes("x"))).get();
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () ->
                    assertThat(checks(broker))
                        .containsExactlyInAnyOrder(
                            "no-scheduler scheduler",
                            "no-orchestrator orchestrator",
                            "never-consumed queue mails",
                            "paused-queue queue idle",
                            "missing-topic topic tasks.idle.dlq",
                            "wrong-topic-setting topic tasks.mails",
                            "unreadable-definition catalog queue/odd",
                            "long-transaction transaction foreign"));
        hanging.abortTransaction();
      }
      tasks.queues().createQueue(Queue.named("idle").partitions(1).build());
      alter(tasks, "tasks.mails", "retention.ms", "-1");
      send(tasks, "tasks.catalog", CatalogKey.queue("odd").text(), null);
      assertThat(checks(broker))
          .doesNotContain(
              "missing-topic topic tasks.idle.dlq",
              "wrong-topic-setting topic tasks.mails",
              "unreadable-definition catalog queue/odd",
              "long-transaction transaction foreign");
    }
  }

  @Test
  void withoutABrokerItSaysThatItCannotReachOne() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int unreachable =
        Cli.run(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new PrintStream(err, true, UTF_8),
            Map.of("TASKS_BOOTSTRAP", "127.0.0.1:1"),
            "doctor");
    assertThat(unreachable).isEqualTo(4);
    assertThat(err.toString(UTF_8)).contains("127.0.0.1:1");
  }

  private List<String> checks(EmbeddedBroker broker) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    code =
        Cli.run(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            Map.of("TASKS_BOOTSTRAP", broker.bootstrap()),
            "doctor",
            "--output",
            "json");
    List<String> checks = new ArrayList<>();
    for (JsonNode finding : Json.mapper().readTree(out.toByteArray()).path("findings")) {
      assertThat(finding.path("next").asText()).isNotBlank();
      checks.add(finding.path("check").asText() + " " + finding.path("subject").asText());
    }
    return checks;
  }

  private static void alter(TasksRuntime tasks, String topic, String name, String value)
      throws Exception {
    tasks
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static void send(TasksRuntime tasks, String topic, String key, @Nullable String value)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic, HeaderText.bytes(key), value == null ? null : HeaderText.bytes(value)))
          .get();
    }
  }
}
