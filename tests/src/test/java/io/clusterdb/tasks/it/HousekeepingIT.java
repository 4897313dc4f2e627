package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.housekeeping.Housekeeper;
import io.clusterdb.tasks.scheduler.housekeeping.TrimHold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // start() comes before all tests
class HousekeepingIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static EmbeddedBroker broker;
  private static TasksRuntime tasks;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
  }

  @AfterAll
  static void stop() {
    tasks.close();
    broker.close();
  }

  @Test
  void trimsWhatIsConsumedAndOldEnoughAndNothingElse() throws Exception {
    create("brief", Duration.ZERO);
    create("kept", Duration.ofDays(7));
    create("idle", Duration.ZERO);
    for (String queue : List.of("brief", "kept", "idle")) {
      enqueue(queue, 100);
    }
    consume("brief", 60);
    consume("kept", 60);
    housekeeper(List.of()).round();
    assertThat(start("brief")).as("of 100 jobs, 60 consumed and not to be kept").isEqualTo(60);
    assertThat(start("kept")).as("consumed, and to be kept for days").isZero();
    assertThat(start("idle")).as("never consumed").isZero();
  }

  @Test
  void whoeverStillReadsHoldsTrimmingBack() throws Exception {
    create("held", Duration.ZERO);
    enqueue("held", 100);
    consume("held", 60);
    TopicPartition partition = partition("held");
    housekeeper(List.of(partitions -> Map.of(partition, 25L))).round();
    assertThat(start("held")).isEqualTo(25);
  }

  @Test
  void trimsWaitingJobsOnceTheSchedulerHasThemAndLosesNone() throws Exception {
    create("later", Duration.ofDays(7));
    SchedulerSettings settings = SchedulerSettings.DEFAULT.housekeeping(Duration.ofMillis(300));
    int jobs = 50;
    try (SchedulerService scheduler = SchedulerService.start(tasks, settings)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      tasks
          .queues()
          .enqueue(
              IntStream.range(0, jobs)
                  .mapToObj(
                      i ->
                          Job.of("Letter")
                              .id("job-" + i)
                              .queue("later")
                              .schedule(Schedule.after(Duration.ofSeconds(8)))
                              .build())
                  .toList());
      await().atMost(LONG).until(() -> sumOfStarts(tasks.names().delayed()) >= jobs);
    }
    // Another scheduler with no state of its own has them from the store's changelog only.
    try (SchedulerService scheduler = SchedulerService.start(tasks, settings);
        JobLog log = JobLog.of(tasks, tasks.names().queue("later"))) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      await().atMost(LONG).until(() -> log.ids().size() >= jobs);
      assertThat(log.ids()).hasSize(jobs).doesNotHaveDuplicates();
    }
  }

  @Test
  void keepsTheOffsetsOfAGroupWithoutMembersAsTheyAre() throws Exception {
    create("quiet", Duration.ofDays(7));
    enqueue("quiet", 10);
    OffsetAndMetadata committed = new OffsetAndMetadata(7, "tasks1:2:body");
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            tasks.names().group("quiet"),
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            List.of(CooperativeStickyAssignor.class.getName()),
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    try (KafkaConsumer<byte[], byte[]> worker = tasks.clients().consumer(settings)) {
      worker.subscribe(List.of(tasks.names().queue("quiet")));
      await()
          .atMost(LONG)
          .until(
              () -> {
                worker.poll(Duration.ofMillis(50));
                return !worker.assignment().isEmpty();
              });
      worker.commitSync(Map.of(partition("quiet"), committed));
    }
    housekeeper(List.of()).round();
    String group = tasks.names().group("quiet");
    assertThat(
            tasks
                .admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition("quiet")))
        .satisfies(
            kept -> {
              assertThat(kept.offset()).isEqualTo(committed.offset());
              assertThat(kept.metadata()).isEqualTo(committed.metadata());
            });
    await().atMost(LONG).until(() -> state(group) == GroupState.EMPTY);
  }

  private static Housekeeper housekeeper(List<TrimHold> holds) {
    tasks.catalog().latest();
    return new Housekeeper(tasks, Duration.ofHours(12), holds, System::nanoTime);
  }

  private static void create(String queue, Duration retention) {
    tasks.queues().createQueue(Queue.named(queue).partitions(1).retention(retention).build());
  }

  private static void enqueue(String queue, int count) {
    tasks
        .queues()
        .enqueue(
            IntStream.range(0, count)
                .mapToObj(i -> Job.of("Letter").queue(queue).build())
                .toList());
  }

  /** Commits as the queue's workers do. */
  private static void consume(String queue, long offset) {
    Map<String, Object> settings =
        Map.of(ConsumerConfig.GROUP_ID_CONFIG, tasks.names().group(queue));
    try (KafkaConsumer<byte[], byte[]> worker = tasks.clients().consumer(settings)) {
      worker.commitSync(Map.of(partition(queue), new OffsetAndMetadata(offset)));
    }
  }

  private static TopicPartition partition(String queue) {
    return new TopicPartition(tasks.names().queue(queue), 0);
  }

  private static long start(String queue) throws ExecutionException, InterruptedException {
    return startOf(partition(queue));
  }

  private static long sumOfStarts(String topic) throws ExecutionException, InterruptedException {
    long sum = 0;
    int partitions = tasks.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    for (int i = 0; i < partitions; i++) {
      sum += startOf(new TopicPartition(topic, i));
    }
    return sum;
  }

  private static long startOf(TopicPartition partition)
      throws ExecutionException, InterruptedException {
    return tasks
        .admin()
        .listOffsets(Map.of(partition, OffsetSpec.earliest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static GroupState state(String group) throws ExecutionException, InterruptedException {
    return tasks
        .admin()
        .describeConsumerGroups(List.of(group))
        .all()
        .get()
        .values()
        .iterator()
        .next()
        .groupState();
  }
}
