package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.kafka.DeadInstances;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.QueueSignal;
import io.clusterdb.tasks.streams.StreamsClients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transaction that a worker or a service has left open holds every reader of what it wrote back:
 * one that lives names it, and ends it long before its timeout does.
 */
@NullUnmarked // fields are set before each test
class OpenTransactionIT {
  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  @TempDir private Path state;
  private BrokerClient platform;
  private TasksRuntime runtime;

  @BeforeEach
  void connect() {
    platform = shared.client();
    runtime = TasksRuntime.of(platform.tasks());
  }

  @Test
  void workerThatLivesNamesAndEndsWhatADeadOneLeftOpen() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
    String dead = runtime.names().workerTransactionalIds("q") + "dead";
    String stranger = platform.prefix() + ".stranger";
    TopicPartition outcomes = new TopicPartition(runtime.names().events(), 0);
    TopicPartition elsewhere = new TopicPartition(runtime.names().queue("q"), 0);
    try (LeftOpen left = openOn(dead, outcomes);
        LeftOpen other = openOn(stranger, elsewhere);
        LogCapture log = LogCapture.start();
        Processor processor =
            Processor.on(platform.tasks())
                .queue("q")
                .handler("Echo", String.class, (text, context) -> text)
                .start()) {
      left.awaitEnded(runtime.admin(), PATIENCE);
      assertThat(log.text())
          .containsOnlyOnce("Ending the open transactions of workers that have gone")
          .contains("readers need not wait: [" + dead + "]");
      assertThat(other.heldBack(runtime.admin()))
          .as("what is no worker's is its owner's")
          .isEqualTo(1);
      other.abort();
      accepted(
          platform
              .tasks()
              .queues()
              .enqueue(List.of(Job.of("Echo", "x").id("after").queue("q").build())));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(platform.oracle().ended()).contains("after");
  }

  @Test
  void whatALookFindsHasEndedWhenItSaysSo() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
    String dead = platform.prefix() + ".stranger";
    TopicPartition outcomes = new TopicPartition(runtime.names().events(), 0);
    try (Processor living = echo(platform.tasks());
        LogCapture log = LogCapture.start();
        LeftOpen left = openOn(dead, outcomes)) {
      assertThat(living.awaitEmpty(PATIENCE)).as("the group exists").isTrue();
      DeadInstances instances =
          new DeadInstances(
              runtime.admin(),
              runtime.names().group("q"),
              "strangers",
              id -> id.equals(dead) ? id : null);
      List<CompletionStage<Void>> looks =
          List.of(instances.look(), instances.look(), instances.look());
      looks.getLast().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      left.assertEnded();
      for (CompletionStage<Void> each : looks) {
        each.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertThat(log.text())
          .as("named once, however many find it")
          .containsOnlyOnce("Ending the open transactions of strangers");
    }
  }

  @Test
  void aLookThatHearsNothingSaysSo() throws Exception {
    Admin closed = Admin.create(Map.of("bootstrap.servers", platform.bootstrap()));
    closed.close();
    DeadInstances instances = new DeadInstances(closed, "any", "strangers", id -> id);
    assertThatThrownBy(() -> instances.look().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void orchestratorThatLivesEndsWhatADeadOneLeftOpen() throws Exception {
    endsWhatWasLeftOpen(
        "orchestrators",
        runtime.names().orchestratorApplication(),
        () -> OrchestratorService.start(runtime, OrchestratorSettings.DEFAULT));
  }

  @Test
  void schedulerThatLivesEndsWhatADeadOneLeftOpen() throws Exception {
    endsWhatWasLeftOpen(
        "schedulers",
        runtime.names().schedulerApplication(),
        () -> SchedulerService.start(runtime, SchedulerSettings.DEFAULT));
  }

  private void endsWhatWasLeftOpen(String what, String application, Callable<AutoCloseable> service)
      throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
    String dead = application + "-gone-StreamThread-1";
    TopicPartition events = new TopicPartition(runtime.names().events(), 0);
    try (LeftOpen left = openOn(dead, events);
        LogCapture log = LogCapture.start();
        AutoCloseable running = service.call()) {
      assertThat(running).isNotNull();
      left.awaitEnded(runtime.admin(), PATIENCE);
      assertThat(log.text())
          .containsOnlyOnce("Ending the open transactions of " + what + " that have gone")
          .contains("readers need not wait: [" + dead + "]");
    }
  }

  @Test
  void instanceThatTakesTheNameOfADeadOneEndsItsTransactionsWhateverBecameOfItsDisk()
      throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
    String application = runtime.names().orchestratorApplication();
    TopicPartition events = new TopicPartition(runtime.names().events(), 0);
    try (LeftOpen left = openOn(application + "-one-StreamThread-1", events);
        LogCapture log = LogCapture.start();
        OrchestratorService running =
            OrchestratorService.start(runtime, OrchestratorSettings.DEFAULT.instance("one"))) {
      left.awaitEnded(runtime.admin(), PATIENCE);
      assertThat(running).isNotNull();
      assertThat(log.text()).as("it is a member's own").doesNotContain("that have gone");
    }
  }

  /**
   * Kafka Streams would do so with a thread's first task, and others take it for a living one's.
   */
  @Test
  void threadThatIsGivenNoTaskEndsWhatTheLastOneOfItsNameLeftOpen() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(1).build());
    String application = platform.prefix() + ".idle";
    String thread = application + "-one-StreamThread-1";
    TopicPartition events = new TopicPartition(runtime.names().events(), 0);
    try (LeftOpen left = openOn(thread, events);
        KafkaStreams idle = idle(application, "one")) {
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions() // there is no group before it
          .until(() -> members(application).contains(thread + "-consumer"));
      left.awaitEnded(runtime.admin(), PATIENCE);
      assertThat(idle.metadataForLocalThreads())
          .allSatisfy(each -> assertThat(each.activeTasks()).isEmpty());
    }
  }

  /** It reads queues, of which there is none. */
  private KafkaStreams idle(String application, String instance) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(
            Pattern.compile(Pattern.quote(application) + "\\.queue\\..+"),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach((key, value) -> {});
    KafkaStreams streams =
        new KafkaStreams(
            builder.build(),
            new StreamsConfig(
                Map.of(
                    StreamsConfig.APPLICATION_ID_CONFIG,
                    application,
                    StreamsConfig.CLIENT_ID_CONFIG,
                    application + "-" + instance,
                    StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                    platform.bootstrap(),
                    StreamsConfig.STATE_DIR_CONFIG,
                    state.toString(),
                    StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                    StreamsConfig.EXACTLY_ONCE_V2)),
            new StreamsClients(
                runtime.admin(),
                application,
                "threads",
                new QueueSignal(runtime.catalog().current()),
                new CommitTimes(System::nanoTime)));
    streams.start();
    return streams;
  }

  /** Also where all of them say the same client id to the brokers. */
  @ParameterizedTest
  @ValueSource(strings = {"", "team"})
  void whoComesAndGoesUnderLoadEndsNothingOfThoseThatLive(String client) throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(4).build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      jobs.add(Job.of("Echo", "x").id("job-" + i).queue("q").build());
    }
    try (LogCapture log = LogCapture.start();
        Tasks one = connect(client);
        Tasks two = connect(client)) {
      OrchestratorSettings orchestrator = OrchestratorSettings.DEFAULT;
      try (Processor first = echo(one);
          OrchestratorService service =
              OrchestratorService.start(TasksRuntime.of(one), orchestrator.instance("one"))) {
        accepted(platform.tasks().queues().enqueue(jobs.subList(0, 1_000)));
        try (Processor second = echo(two);
            OrchestratorService another =
                OrchestratorService.start(TasksRuntime.of(two), orchestrator.instance("two"))) {
          accepted(platform.tasks().queues().enqueue(jobs.subList(1_000, 2_000)));
          Awaitility.await()
              .atMost(PATIENCE)
              .until(() -> service.state().ready() && another.state().ready());
          Awaitility.await().atMost(PATIENCE).until(() -> sharesOf("q") == 2);
          accepted(platform.tasks().queues().enqueue(jobs.subList(2_000, 3_000)));
          assertThat(second.awaitEmpty(PATIENCE)).isTrue();
          everyTransactionHasItsMember();
        }
        assertThat(first.awaitEmpty(PATIENCE)).isTrue();
      }
      assertThat(log.text()).doesNotContain("that have gone", "ProducerFenced", "being fenced");
      assertThat(platform.oracle().ended()).hasSize(3_000);
    }
  }

  /** How many workers have partitions of a queue. */
  private long sharesOf(String queue) throws Exception {
    String group = runtime.names().group(queue);
    return runtime
        .admin()
        .describeConsumerGroups(List.of(group))
        .describedGroups()
        .get(group)
        .get()
        .members()
        .stream()
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .count();
  }

  /** So whoever looks while one of them is open finds that its owner lives. */
  private void everyTransactionHasItsMember() throws Exception {
    String workers = runtime.names().workerTransactionalIds("q");
    String orchestrators = runtime.names().orchestratorApplication();
    Set<String> owners = new TreeSet<>();
    for (TransactionListing each : runtime.admin().listTransactions().all().get()) {
      String id = each.transactionalId();
      if (id.startsWith(workers)) {
        owners.add(id);
      } else if (id.startsWith(orchestrators + "-")) {
        owners.add(id + "-consumer");
      }
    }
    assertThat(owners).as("two workers', and an orchestrator's thread's").hasSizeBetween(3, 4);
    assertThat(members(runtime.names().group("q"), orchestrators)).containsAll(owners);
  }

  private Set<String> members(String... groups) throws Exception {
    Set<String> members = new TreeSet<>();
    for (ConsumerGroupDescription each :
        runtime.admin().describeConsumerGroups(List.of(groups)).all().get().values()) {
      each.members().forEach(member -> members.add(member.clientId()));
    }
    return members;
  }

  private Tasks connect(String client) {
    TasksConfig config =
        TasksConfig.of(platform.bootstrap())
            .prefix(platform.prefix())
            .sharedPartitions(4)
            .http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    return Tasks.connect(
        client.isEmpty() ? config : config.kafkaProperties(Map.of("client.id", client)));
  }

  private static Processor echo(Tasks tasks) {
    return Processor.on(tasks)
        .queue("q")
        .handler("Echo", String.class, (text, context) -> text)
        .start();
  }

  private LeftOpen openOn(String id, TopicPartition partition) throws Exception {
    return LeftOpen.begin(Map.of("bootstrap.servers", platform.bootstrap()), id, partition);
  }
}
