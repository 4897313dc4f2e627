package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.embedded.BrokerMain;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final TopicPartition PARTITION = new TopicPartition("jobs", 0);

  @TempDir Path data;

  @Test
  void showsOnlyCommittedTransactions() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start()) {
      createTopic(broker.bootstrap());
      try (KafkaProducer<String, String> producer = producer(broker.bootstrap(), "tx")) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("jobs", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("jobs", "committed"));
        producer.commitTransaction();
        assertThat(sent).isDone();
      }

      assertThat(read(broker.bootstrap(), 1)).containsExactly("committed");
    }
  }

  @Test
  void takesRecordsOfTenMegabytes() throws Exception {
    String large = "x".repeat(10 * 1024 * 1024);
    try (EmbeddedBroker broker = EmbeddedBroker.builder().start()) {
      createTopic(broker.bootstrap());
      try (KafkaProducer<String, String> producer = producer(broker.bootstrap(), null)) {
        producer.send(new ProducerRecord<>("jobs", large)).get();
      }

      assertThat(read(broker.bootstrap(), 1)).singleElement().isEqualTo(large);
    }
  }

  @Test
  void keepsRecordsAndOffsetsAcrossARestartOnAnotherPort() throws Exception {
    int firstPort;
    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start()) {
      firstPort = broker.port();
      createTopic(broker.bootstrap());
      produce(broker.bootstrap(), 100);
      try (KafkaConsumer<String, String> consumer = consumer(broker.bootstrap())) {
        consumer.assign(List.of(PARTITION));
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(40, "note")));
      }
    }

    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start()) {
      assertThat(broker.port()).isNotEqualTo(firstPort);
      assertThat(read(broker.bootstrap(), 100)).hasSize(100);
      try (KafkaConsumer<String, String> consumer = consumer(broker.bootstrap())) {
        assertThat(consumer.committed(Set.of(PARTITION)))
            .containsEntry(PARTITION, new OffsetAndMetadata(40, "note"));
      }
    }
  }

  @Test
  void canBeStartedAgainOnTheSamePort() {
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start()) {
      port = broker.port();
    }

    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).port(port).start()) {
      assertThat(broker.bootstrap()).isEqualTo("127.0.0.1:" + port);
    }
  }

  @Test
  void refusesADirectoryThatAnotherBrokerUses() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().dataDir(data).start()) {
      assertThatThrownBy(() -> EmbeddedBroker.builder().dataDir(data).start())
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining(broker.dataDir().toString())
          .hasMessageContaining("--data");

      try (JavaProcess second =
          JavaProcess.start(BrokerMain.class, "--data", data.toString(), "--port", "0")) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors())
            .contains(broker.dataDir().toString(), "process " + ProcessHandle.current().pid())
            .doesNotContain("\tat ");
      }

      assertThat(broker.failure()).isEmpty();
      createTopic(broker.bootstrap());
    }
  }

  @Test
  void namesTheFlagWhenItsPortIsBusy() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().start()) {
      assertThatThrownBy(
              () -> EmbeddedBroker.builder().dataDir(data).port(broker.port()).start().close())
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining(String.valueOf(broker.port()))
          .hasMessageContaining("--kafka-port");
    }

    EmbeddedBroker.builder().dataDir(data).start().close(); // the refusal left nothing behind
  }

  @Test
  void saysWhichPropertyKafkaRefuses() {
    EmbeddedBroker.Builder builder =
        EmbeddedBroker.builder().properties(Map.of("num.io.threads", "many"));

    assertThatThrownBy(builder::start)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("num.io.threads");
  }

  @Test
  void deletesEphemeralDataOnceItIsClosed() {
    EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
    assertThat(broker.dataDir()).isDirectory();

    broker.close();
    broker.close();

    assertThat(broker.dataDir()).doesNotExist();
  }

  @Test
  void runsSmallAndQuietInAProcessOfItsOwnAndStopsOnSigterm() throws Exception {
    long start = System.nanoTime();
    try (JavaProcess broker = JavaProcess.start(BrokerMain.class, "--ephemeral")) {
      String ready = broker.nextLine();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(ready).matches("\\{\"bootstrap\":\"127\\.0\\.0\\.1:\\d+\"}");
      createTopic(bootstrap(ready));
      produce(bootstrap(ready), 1_000);
      long resident = residentMegabytes(broker.pid());
      System.out.printf("broker ready in %d ms, %d MB resident%n", took.toMillis(), resident);

      broker.terminate();

      assertThat(broker.exitCode()).isEqualTo(143);
      assertThat(resident).isLessThan(400);
      // A slow machine may earn a warning; the thousands of lines at INFO must not come.
      assertThat(broker.errors().lines()).noneMatch(line -> line.contains(" INFO "));
    }
  }

  @Test
  void losesNothingAcknowledgedWhenItsProcessIsKilled() throws Exception {
    try (JavaProcess first = JavaProcess.start(BrokerMain.class, "--data", data.toString())) {
      String bootstrap = bootstrap(first.nextLine());
      createTopic(bootstrap);
      produce(bootstrap, 20_000);
      first.kill();
    }

    try (EmbeddedBroker second = EmbeddedBroker.builder().dataDir(data).start()) {
      assertThat(read(second.bootstrap(), 20_000)).containsExactlyElementsOf(values(20_000));
    }
  }

  private static String bootstrap(@Nullable String ready) {
    return String.valueOf(ready).replaceAll(".*:\"|\"}", "");
  }

  private static long residentMegabytes(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static void createTopic(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic("jobs", 1, (short) 1))).all().get();
    }
  }

  private static List<String> values(int count) {
    return IntStream.range(0, count).mapToObj(i -> "job-" + i).toList();
  }

  private static void produce(String bootstrap, int count) throws Exception {
    try (KafkaProducer<String, String> producer = producer(bootstrap, null)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String value : values(count)) {
        sent.add(producer.send(new ProducerRecord<>("jobs", value)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  private static KafkaProducer<String, String> producer(
      String bootstrap, @Nullable String transactionalId) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrap);
    config.put("acks", "all");
    config.put("max.request.size", 16 * 1024 * 1024);
    if (transactionalId != null) {
      config.put("transactional.id", transactionalId);
    }
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(String bootstrap) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "group.id",
            "readers",
            "enable.auto.commit",
            false,
            "isolation.level",
            "read_committed"),
        new StringDeserializer(),
        new StringDeserializer());
  }

  /** Reads the topic from its start until {@code count} records have come, 30 s at the most. */
  private static List<String> read(String bootstrap, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap)) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
