package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.embedded.registry.DevSchemaRegistry;
import io.clusterdb.tasks.schemas.TasksAvroSerializer;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in another language, with libraries that are not ours, reads the platform's events. */
class KafkajsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENTS = "tasks.events";
  private static final Path SOURCES = Path.of("src/test/js");

  /** Kept between runs, so that packages are fetched once. */
  private static final Path INSTALLED = Path.of("target/js");

  @TempDir Path temp;

  @BeforeAll
  static void installPackages() throws Exception {
    assumeTrue(
        finds("node") && finds("npm"), "node and npm were not found: kafkajs is not checked.");
    Files.createDirectories(INSTALLED);
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path log = INSTALLED.resolve("npm.log");
    int exit = run(log, "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
    assumeTrue(
        exit == 0, () -> "npm could not install kafkajs, which is not checked; see " + errors(log));
  }

  private static boolean finds(String command) throws InterruptedException {
    try {
      return new ProcessBuilder(command, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path errors(Path output) {
    return output.resolveSibling(output.getFileName() + ".err");
  }

  private static int run(Path output, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(INSTALLED.toFile())
            .redirectError(errors(output).toAbsolutePath().toFile())
            .redirectOutput(output.toAbsolutePath().toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " did not end; see " + errors(output));
    }
    return process.exitValue();
  }

  @Test
  void decodesEventsWithTheRegistrysSchema() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        DevSchemaRegistry registry =
            DevSchemaRegistry.start(
                broker.bootstrap(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      createTopic(broker.bootstrap());
      List<JobEvent> events = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        events.add(i % 3 == 0 ? Events.retrying("job-" + i) : Events.succeeded("job-" + i));
      }
      write(broker.bootstrap(), registry.url(), events);

      List<JsonNode> decoded = decode(broker.bootstrap(), registry.url());

      assertThat(decoded).hasSameSizeAs(events);
      for (JsonNode line : decoded) {
        JobEvent event = find(events, line.path("jobId").asText());
        assertThat(line.path("at").asLong()).isEqualTo(event.getAt().toEpochMilli());
        assertThat(line.path("run").asText()).isEqualTo(event.getRun());
        assertThat(line.path("state").asText()).isEqualTo(event.getState().name());
        assertThat(line.path("durationMs").asLong()).isEqualTo(event.getDurationMs());
        assertThat(line.path("metadata").path("source").asText()).isEqualTo("api");
        assertThat(line.path("result").isNull()).isEqualTo(event.getResult() == null);
        assertThat(line.path("error").path("message").asText())
            .isEqualTo(event.getError() == null ? "" : event.getError().getMessage());
      }
    }
  }

  private static JobEvent find(List<JobEvent> events, String id) {
    return events.stream().filter(it -> it.getJobId().equals(id)).findFirst().orElseThrow();
  }

  private static void createTopic(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(List.of(new NewTopic(EVENTS, Optional.of(3), Optional.empty())))
          .all()
          .get();
    }
  }

  /** Writes as a worker does: in transactions, some of which are aborted. */
  private static void write(String bootstrap, String registryUrl, List<JobEvent> events)
      throws Exception {
    Map<String, Object> configs =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "transactional.id",
            "writer",
            "key.serializer",
            StringSerializer.class.getName(),
            "value.serializer",
            TasksAvroSerializer.class.getName(),
            "schema.registry.url",
            registryUrl);
    try (KafkaProducer<String, Object> producer = new KafkaProducer<>(configs)) {
      producer.initTransactions();
      for (JobEvent event : events) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(EVENTS, event.getJobId(), event)).get();
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(EVENTS, "aborted", Events.succeeded("aborted"))).get();
        producer.abortTransaction();
      }
    }
  }

  private List<JsonNode> decode(String bootstrap, String registryUrl) throws Exception {
    Path output = temp.resolve("events.ndjson");
    int exit = run(output, "node", "decode-events.js", bootstrap, registryUrl, EVENTS);
    assertThat(exit).as(Files.readString(errors(output))).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
