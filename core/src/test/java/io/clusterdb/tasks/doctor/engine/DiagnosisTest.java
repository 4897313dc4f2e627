package io.clusterdb.tasks.doctor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.QueueFacts;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Service;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Topic;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Transaction;
import io.clusterdb.tasks.doctor.engine.Finding.Severity;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.topic.TopicSpec;
import io.clusterdb.tasks.topic.TopicSpecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static final TopicSpecs SPECS = new TopicSpecs(new TopicNames("tasks"));
  private static final Queue ORDERS = Queue.named("orders").partitions(2).maxDepth(100L).build();

  private final Map<String, Topic> topics = new HashMap<>();
  private QueueFacts queue = queue(false, 0, 1, true, 0);
  private int brokers = 1;
  private int version = 27;
  private Service scheduler = new Service(1, 0);
  private Service orchestrator = new Service(1, 0);
  private List<Transaction> transactions = List.of();
  private Map<String, String> unreadable = Map.of();
  private Map<String, String> strays = Map.of();

  DiagnosisTest() {
    SPECS.platform(8).forEach(this::create);
    SPECS.of(ORDERS).forEach(this::create);
  }

  @Test
  void ofAHealthyClusterNothingIsSaid() {
    assertThat(diagnosis()).isEmpty();
  }

  @Test
  void aMissingTopicIsAnError() {
    topics.remove("tasks.events");
    topics.remove("tasks.orders.dlq");
    assertThat(diagnosis())
        .extracting(Finding::check, Finding::subject, Finding::severity)
        .containsExactly(
            tuple("missing-topic", "topic tasks.events", Severity.ERROR),
            tuple("missing-topic", "topic tasks.orders.dlq", Severity.ERROR));
  }

  @Test
  void settingsThatWouldLoseJobsAreErrorsWithTheCommandThatMendsThem() {
    set("tasks.orders", "retention.ms", "604800000");
    set("tasks.catalog", "cleanup.policy", "delete");
    set("tasks.orders.dlq", "max.message.bytes", "1000");
    set("tasks.delayed", "message.timestamp.type", "CreateTime");
    assertThat(diagnosis()).hasSize(4).allMatch(each -> each.check().equals("wrong-topic-setting"));
    assertThat(only("topic tasks.orders"))
        .satisfies(
            each -> {
              assertThat(each.what()).contains("retention.ms is 604800000", "-1");
              assertThat(each.next()).contains("--entity-name tasks.orders", "retention.ms=-1");
            });
  }

  @Test
  void longerRetentionAndLargerRecordsAreTheOperatorsAffair() {
    set("tasks.events", "retention.ms", "86400000000");
    set("tasks.orders", "max.message.bytes", "99999999");
    assertThat(diagnosis()).isEmpty();
  }

  @Test
  void replicasThatCannotTakeWritesAreErrors() {
    topics.put("tasks.orders", new Topic(2, 1, 0, 0, with("tasks.orders", "2")));
    topics.put("tasks.events", new Topic(8, 3, 0, 4, with("tasks.events", "2")));
    topics.put("tasks.control", new Topic(8, 3, 1, 0, with("tasks.control", "2")));
    assertThat(diagnosis())
        .extracting(Finding::check)
        .containsExactlyInAnyOrder("too-few-replicas", "replicas-out-of-sync", "no-leader");
  }

  @Test
  void oneReplicaIsWorthAWarningWhereThereAreBrokersForMore() {
    brokers = 3;
    assertThat(diagnosis()).singleElement().extracting(Finding::check).isEqualTo("one-replica");
  }

  @Test
  void anInterruptedAdditionOfPartitionsIsSeen() {
    topics.put("tasks.orders.retry", new Topic(1, 1, 0, 0, with("tasks.orders.retry", "1")));
    assertThat(diagnosis())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.check()).isEqualTo("too-few-partitions");
              assertThat(each.what()).contains("1 partitions of 2");
            });
  }

  @Test
  void waitingJobsWithoutWorkersAreAnErrorAndAnIdleQueueIsNot() {
    queue = queue(false, 7, 0, true, 0);
    assertThat(check("no-workers").what()).contains("7 jobs wait");
    queue = queue(false, 7, 0, false, 0);
    assertThat(check("never-consumed").severity()).isEqualTo(Severity.ERROR);
    queue = queue(false, 0, 0, false, 0);
    assertThat(check("never-consumed").wrong()).isFalse();
    queue = queue(false, 0, 0, true, 0);
    assertThat(diagnosis()).isEmpty();
  }

  @Test
  void aPausedQueueCountsAsWrongOnceJobsWait() {
    queue = queue(true, 0, 0, true, 0);
    assertThat(check("paused-queue").severity()).isEqualTo(Severity.NOTICE);
    queue = queue(true, 3, 0, true, 0);
    assertThat(check("paused-queue").severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void aQueueNearItsLimitAndFreshDeadLettersAreWarnings() {
    queue = queue(false, 90, 1, true, 4);
    assertThat(diagnosis())
        .extracting(Finding::check)
        .containsExactlyInAnyOrder("nearly-full", "dead-letters");
  }

  @Test
  void aMissingSchedulerIsWorseWhenSomethingWaitsForIt() {
    scheduler = new Service(0, 0);
    assertThat(check("no-scheduler").severity()).isEqualTo(Severity.WARNING);
    scheduler = new Service(0, 12);
    assertThat(check("no-scheduler").severity()).isEqualTo(Severity.ERROR);
    scheduler = new Service(1, 12);
    orchestrator = new Service(0, 0);
    assertThat(check("no-orchestrator").severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void aTransactionPastItsTimeoutHangsAndALongOneIsAWarning() {
    transactions = List.of(transaction(25, 5), transaction(26, 5));
    assertThat(check("hanging-transaction").what()).contains("open for 26s", "tasks.orders-0");
    transactions = List.of(transaction(31, 60));
    assertThat(check("long-transaction").severity()).isEqualTo(Severity.WARNING);
    transactions = List.of(transaction(29, 60));
    assertThat(diagnosis()).isEmpty();
  }

  @Test
  void theCatalogsTroublesAndAnOldBrokerAreSaid() {
    unreadable = Map.of("queue/odd", "unknown schema");
    strays = Map.of("nowhere", "type Mail");
    version = 21;
    assertThat(diagnosis())
        .extracting(Finding::check)
        .containsExactly("unreadable-definition", "kafka-version", "missing-queue");
  }

  private List<Finding> diagnosis() {
    return Diagnosis.of(
        new ClusterFacts(
            brokers,
            version,
            topics,
            SPECS.platform(8),
            List.of(queue),
            scheduler,
            orchestrator,
            transactions,
            unreadable,
            strays));
  }

  private Finding check(String check) {
    List<Finding> found = diagnosis();
    assertThat(found).singleElement().extracting(Finding::check).isEqualTo(check);
    return found.getFirst();
  }

  private Finding only(String subject) {
    List<Finding> found =
        diagnosis().stream().filter(each -> each.subject().equals(subject)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private void create(TopicSpec spec) {
    Map<String, String> configs = new HashMap<>(spec.configs());
    configs.put("min.insync.replicas", "1");
    topics.put(spec.name(), new Topic(spec.partitions(), 1, 0, 0, configs));
  }

  private void set(String topic, String name, String value) {
    topics.computeIfPresent(
        topic,
        (same, before) -> {
          Map<String, String> configs = new HashMap<>(before.configs());
          configs.put(name, value);
          return new Topic(before.partitions(), 1, 0, 0, configs);
        });
  }

  private Map<String, String> with(String topic, String minIsr) {
    set(topic, "min.insync.replicas", minIsr);
    Topic changed = topics.get(topic);
    return changed == null ? Map.of() : changed.configs();
  }

  private static QueueFacts queue(
      boolean paused, long waiting, int members, boolean consumed, long dead) {
    return new QueueFacts(
        ORDERS,
        SPECS.of(ORDERS),
        paused,
        Map.of(Priority.NORMAL, waiting),
        members,
        consumed,
        dead);
  }

  private static Transaction transaction(long age, long timeout) {
    return new Transaction(
        "tasks.worker.orders.w-1",
        4000,
        Duration.ofSeconds(age),
        Duration.ofSeconds(timeout),
        List.of("tasks.orders-0"));
  }
}
