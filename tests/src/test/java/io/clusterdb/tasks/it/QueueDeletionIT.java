package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue that is deleted takes nothing from the orchestrator but its topics: no store is read back
 * for it, lists are answered all the while, and what is known of the jobs of others stays exact.
 */
@NullUnmarked // fields are set before each test
class QueueDeletionIT {
  private static final int PARTITIONS = 2;
  private static final int BATCH = 10;

  @TempDir Path directory;

  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private final ConcurrentLinkedQueue<String> facts = new ConcurrentLinkedQueue<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
  private TasksRuntime tasks;

  @BeforeEach
  void connect() {
    tasks =
        TasksRuntime.of(
            Tasks.connect(
                TasksConfig.of(shared.client().bootstrap())
                    .prefix(shared.client().prefix())
                    .http(HttpConfig.DEFAULT.listen("127.0.0.1:0"))));
  }

  @AfterEach
  void disconnect() {
    tasks.close();
  }

  @Test
  void listsAreAnsweredAndNoTaskIsClosedWhileQueuesAreDeletedAndMadeAgain() throws Exception {
    try (LogCapture log = LogCapture.start();
        OrchestratorService orchestrator = start("one", 1)) {
      deleteAndCreate(log, 3);
      assertThat(orchestrator.ready()).isTrue();
    }
  }

  @Test
  void orchestratorsOfSeveralThreadsGoOnWhileQueuesAreDeletedAndMadeAgain() throws Exception {
    try (LogCapture log = LogCapture.start();
        OrchestratorService first = start("one", 2);
        OrchestratorService second = start("two", 1)) {
      await().atMost(PATIENCE).until(() -> members() == 3);
      await()
          .atMost(PATIENCE)
          .until(() -> first.unready() == null && second.unready() == null && shared(log));
      deleteAndCreate(log, 4);
    }
  }

  /** Then all is read back, if what was read last was not committed yet. */
  @Test
  void nothingOfOthersIsLostOrToldTwiceWhereTheDeletedQueueIsInUse() throws Exception {
    try (OrchestratorService orchestrator = start("one", 1)) {
      create("mail");
      create("brief");
      AtomicBoolean done = new AtomicBoolean();
      AtomicBoolean heard = new AtomicBoolean();
      Thread listening = Thread.ofPlatform().start(() -> listen(heard));
      List<Thread> threads =
          List.of(
              Thread.ofPlatform().start(() -> ask(done)),
              Thread.ofPlatform().start(() -> send(done)),
              Thread.ofPlatform().start(() -> sendWhileThere(done)));
      try {
        flow();
        await().atMost(PATIENCE).until(() -> committed("brief") > BATCH);
        tasks.queues().deleteQueue("brief");
        await().atMost(PATIENCE).until(() -> !reads("brief"));
        flow();
      } finally {
        done.set(true);
        for (Thread each : threads) {
          each.join();
        }
      }
      await().atMost(PATIENCE).ignoreExceptions().until(() -> known("mail") == sent.get());
      assertThat(orchestrator.ready()).isTrue();
      heard.set(true);
      listening.join();
      assertThat(facts).doesNotHaveDuplicates();
      assertThat(facts).filteredOn(id -> id.startsWith("mail-")).hasSize(sent.get());
    }
  }

  private void deleteAndCreate(LogCapture log, int times) throws Exception {
    create("mail");
    create("brief");
    enqueue("brief", "brief-0-", BATCH);
    enqueue("mail", "first-", BATCH);
    await().atMost(PATIENCE).ignoreExceptions().until(() -> known("brief") == BATCH);
    await().atMost(PATIENCE).ignoreExceptions().until(() -> known("mail") == BATCH);
    await().atMost(PATIENCE).until(() -> committed("brief") == BATCH);
    int mark = log.text().length();
    AtomicBoolean done = new AtomicBoolean();
    Thread asking = Thread.ofPlatform().start(() -> ask(done));
    Thread sending = Thread.ofPlatform().start(() -> send(done));
    AtomicBoolean heard = new AtomicBoolean();
    Thread listening = Thread.ofPlatform().start(() -> listen(heard));
    try {
      for (int i = 1; i <= times; i++) {
        String again = "brief-" + i + "-";
        flow();
        tasks.queues().deleteQueue("brief");
        await().atMost(PATIENCE).until(() -> !reads("brief"));
        flow();
        create("brief");
        enqueue("brief", again, BATCH);
        await().atMost(PATIENCE).until(() -> committed("brief") == BATCH);
      }
      flow();
    } finally {
      done.set(true);
      asking.join();
      sending.join();
    }
    assertThat(refused).isEmpty();
    assertThat(answers).hasPositiveValue();
    assertThat(ofTasks(log.text().substring(mark))).isEmpty();
    await().atMost(PATIENCE).until(() -> known("mail") == BATCH + sent.get());
    assertThat(known("brief")).isEqualTo((times + 1L) * BATCH);
    heard.set(true);
    listening.join();
    assertThat(facts).doesNotHaveDuplicates().hasSize(BATCH + sent.get() + (times + 1) * BATCH);
  }

  /** What Kafka Streams says where it closes tasks, makes them or reads their stores. */
  private List<String> ofTasks(String log) {
    return ofTasks(log, "Closed ", "Suspended", "Initialized", "Restored", "lost", "deleted");
  }

  private List<String> ofTasks(String log, String... said) {
    return log.lines()
        .filter(line -> line.contains(tasks.names().orchestratorApplication()))
        .filter(line -> Stream.of(said).anyMatch(line::contains))
        .toList();
  }

  private OrchestratorService start(String name, int threads) {
    return OrchestratorService.startReady(
        tasks,
        OrchestratorSettings.DEFAULT
            .instance(name)
            .stateDir(directory.resolve(name))
            .threads(threads),
        PATIENCE);
  }

  private void create(String queue) {
    tasks.queues().createQueue(Queue.named(queue).partitions(PARTITIONS).build());
  }

  private void enqueue(String queue, String ids, int count) {
    accepted(
        tasks
            .queues()
            .enqueue(
                IntStream.range(0, count)
                    .mapToObj(i -> Job.of("Any").id(ids + i).queue(queue).build())
                    .toList()));
  }

  /** Until jobs have come, and lists were answered, for a while from now on. */
  private void flow() {
    int jobs = sent.get() + 5 * BATCH;
    int lists = answers.get() + 5;
    await().atMost(PATIENCE).until(() -> sent.get() >= jobs && answers.get() >= lists);
  }

  private void send(AtomicBoolean done) {
    while (!done.get()) {
      enqueue("mail", "mail-" + sent.get() + "-", BATCH);
      sent.addAndGet(BATCH);
    }
  }

  private void sendWhileThere(AtomicBoolean done) {
    for (int i = 0; !done.get(); i++) {
      try {
        var unused = tasks.queues().enqueue(Job.of("Any").id("brief-" + i).queue("brief").build());
      } catch (TasksException e) {
        return; // It was deleted.
      }
    }
  }

  private void ask(AtomicBoolean done) {
    while (!done.get()) {
      try {
        tasks.tasks().listTasks(JobFilter.all().queue("mail"), PageRequest.first(5));
        answers.incrementAndGet();
      } catch (TasksException e) {
        refused.add(e.getMessage());
      }
    }
  }

  private long known(String queue) {
    Map<JobState, Long> states = tasks.queues().stats(queue).byState();
    return states.getOrDefault(JobState.QUEUED, 0L);
  }

  private int members() throws Exception {
    return group().members().size();
  }

  /** Whether the members have all partitions, and all of their tasks that moved run again. */
  private boolean shared(LogCapture log) throws Exception {
    Set<TopicPartition> assigned =
        group().members().stream()
            .flatMap(member -> member.assignment().topicPartitions().stream())
            .collect(Collectors.toSet());
    Set<String> topics = assigned.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    int all =
        tasks.admin().describeTopics(topics).allTopicNames().get().values().stream()
            .mapToInt(topic -> topic.partitions().size())
            .sum();
    List<String> begun = ofTasks(log.text(), "Restored and ready to run");
    Set<String> names =
        begun.stream()
            .map(line -> line.replaceFirst(".*task \\[([0-9_]+)].*", "$1"))
            .collect(Collectors.toSet());
    return assigned.size() == all
        && begun.size() - ofTasks(log.text(), "Closed ").size() == names.size();
  }

  private boolean reads(String queue) throws Exception {
    String topic = tasks.names().queue(queue);
    return group().members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .anyMatch(partition -> partition.topic().equals(topic));
  }

  private ConsumerGroupDescription group() throws Exception {
    String group = tasks.names().orchestratorApplication();
    return tasks.admin().describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
  }

  /** How many of a queue's records the group has committed, of which none can be beyond its end. */
  private long committed(String queue) throws Exception {
    var offsets =
        tasks
            .admin()
            .listConsumerGroupOffsets(tasks.names().orchestratorApplication())
            .partitionsToOffsetAndMetadata()
            .get();
    long sum = 0;
    for (int i = 0; i < PARTITIONS; i++) {
      TopicPartition partition = new TopicPartition(tasks.names().queue(queue), i);
      var found = offsets.get(partition);
      if (found != null) {
        assertThat(found.offset()).isLessThanOrEqualTo(end(partition));
        sum += found.offset();
      }
    }
    return sum;
  }

  private long end(TopicPartition partition) throws Exception {
    return tasks
        .admin()
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  /**
   * Takes down the jobs that the stores are told of: by one fact each, since no worker takes them.
   * All the while, as Kafka Streams deletes them once they are read.
   */
  private void listen(AtomicBoolean heard) {
    String topic = tasks.names().orchestratorApplication() + "-tracker-facts-repartition";
    try (JobLog log = JobLog.of(tasks, topic)) {
      int seen = 0;
      boolean last;
      do {
        last = heard.get();
        var all = log.read();
        all.subList(seen, all.size())
            .forEach(record -> facts.add(new String(record.key(), ISO_8859_1)));
        last &= all.size() == seen; // All were committed before, and one read gives some of them.
        seen = all.size();
      } while (!last);
    }
  }
}
