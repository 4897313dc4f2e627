package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.embedded.BrokerMain;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker and workers as separate processes that are killed, frozen and restarted, and an oracle
 * that reads the event log from its start. The system property {@code faults=long} runs the sizes
 * of the acceptance list; the default is a short form.
 */
@NullUnmarked // fields are set before each test
class FaultIT {
  private static final boolean LONG = "long".equals(System.getProperty("faults"));
  private static final Duration PATIENCE = Duration.ofSeconds(LONG ? 600 : 240);
  private static final String PREFIX = "f";

  @TempDir private Path data;
  private JavaProcess broker;
  private String bootstrap;
  private Tasks tasks;
  private final List<JavaProcess> workers = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    broker = startBroker(0);
    tasks = Tasks.connect(config(bootstrap, PREFIX));
  }

  /**
   * Sessions as short as brokers allow by far, since most of the time is spent waiting for them.
   */
  static TasksConfig config(String bootstrap, String prefix) {
    return TasksConfig.of(bootstrap)
        .prefix(prefix)
        .sharedPartitions(4)
        .kafkaProperties(
            LONG ? Map.of() : Map.of("session.timeout.ms", "3000", "heartbeat.interval.ms", "700"));
  }

  private JavaProcess startBroker(int port) throws Exception {
    JavaProcess process =
        JavaProcess.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            BrokerMain.class,
            "--data",
            data.toString(),
            "--port",
            Integer.toString(port));
    String line = process.nextLine();
    assertThat(line).as("the broker's first line; errors: %s", process.errors()).isNotNull();
    bootstrap = line.replaceAll(".*\"bootstrap\" *: *\"([^\"]+)\".*", "$1");
    return process;
  }

  private JavaProcess startWorker(String queue, int concurrency) throws Exception {
    JavaProcess worker = startWorkerWithoutWaiting(queue, concurrency);
    assertThat(worker.nextLine()).as(worker.errors()).isEqualTo("ready");
    return worker;
  }

  private JavaProcess startWorkerWithoutWaiting(String queue, int concurrency) throws Exception {
    JavaProcess worker =
        JavaProcess.start(
            List.of(
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfaults=" + System.getProperty("faults", "short")),
            FaultWorker.class,
            bootstrap,
            PREFIX,
            queue,
            Integer.toString(concurrency));
    workers.add(worker);
    return worker;
  }

  @AfterEach
  void stop() throws Exception {
    for (JavaProcess worker : workers) {
      worker.close();
    }
    tasks.close();
    broker.close();
  }

  private void enqueue(List<Job> jobs) {
    assertThat(tasks.queues().enqueue(jobs)).allMatch(EnqueueResult.Accepted.class::isInstance);
  }

  private static List<Job> jobs(String queue, String type, Object payload, int count) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(Job.of(type, payload).id(queue + "-" + type + "-" + i).queue(queue).build());
    }
    return jobs;
  }

  private EventOracle oracle() {
    return EventOracle.read(bootstrap, PREFIX);
  }

  private void awaitEnded(int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(LONG ? 10 : 1))
        .ignoreExceptions()
        .until(() -> oracle().ended().size() >= count);
  }

  private EventOracle judge(int jobs) {
    EventOracle oracle = oracle();
    assertThat(oracle.breaches()).isEmpty();
    assertThat(oracle.ended()).hasSize(jobs);
    return oracle;
  }

  @Test
  void killedWorkerLosesNothingAndAnotherTakesOver() throws Exception {
    int count = LONG ? 20_000 : 3_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(1_000).build());
    enqueue(jobs("q", "Sleep", 100, count));
    JavaProcess first = startWorker("q", 1_000);
    Awaitility.await().atMost(PATIENCE).until(() -> oracle().ended().size() > 500);
    first.kill();
    startWorker("q", 1_000);
    awaitEnded(count);
    assertThat(judge(count).ended(JobState.SUCCEEDED)).hasSize(count);
  }

  /**
   * A process that ends at once, and one that takes memory until there is none. Both consume a
   * queue too whose only partition is another's: what is to run alone waits for every queue of a
   * process.
   */
  @Test
  void jobThatKillsItsWorkerEndsInTheDeadLettersAndItsNeighboursNever() throws Exception {
    int count = 300;
    List<FutureTask<Integer>> victims = new ArrayList<>();
    tasks.queues().createQueue(Queue.named("one").partitions(1).build());
    startWorker("one", 20);
    for (String deadly : List.of("Kill", "Hoard")) {
      String queue = deadly.toLowerCase(Locale.ROOT);
      tasks.queues().createQueue(Queue.named(queue).concurrency(20).partitions(2).build());
      List<Job> all = jobs(queue, "Sleep", 10, count);
      all.add(150, Job.of(deadly).id(deadly).queue(queue).build());
      enqueue(all);
      victims.add(new FutureTask<>(() -> replaceWorkersUntilEnded(queue, "one", count + 1)));
      Thread.startVirtualThread(victims.getLast());
    }
    for (FutureTask<Integer> killed : victims) {
      assertThat(killed.get()).isBetween(2, 6);
    }
    EventOracle oracle = judge(2 * (count + 1));
    assertThat(oracle.ended(JobState.DEAD)).containsExactlyInAnyOrder("Kill", "Hoard");
    for (String deadly : List.of("Kill", "Hoard")) {
      assertThat(oracle.of(deadly))
          .extracting(JobEvent::getError)
          .filteredOn(Objects::nonNull)
          .extracting(JobError::getType)
          .contains("WORKER_CRASHED");
    }
  }

  /** Runs one worker at a time; how many died. */
  private int replaceWorkersUntilEnded(String queue, String beside, int jobs) throws Exception {
    int killed = 0;
    String queues = queue + "," + beside;
    JavaProcess worker = startWorkerWithoutWaiting(queues, 20);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (oracle().endedOf(queue).size() < jobs && System.nanoTime() < until) {
      if (worker.ended(Duration.ofSeconds(1))) {
        killed++;
        worker = startWorkerWithoutWaiting(queues, 20);
      }
    }
    return killed;
  }

  @Test
  void workersThatJoinAndLeaveDoNotDisturb() throws Exception {
    int count = LONG ? 100_000 : 20_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(50).build());
    JavaProcess steady = startWorker("q", 50);
    enqueue(jobs("q", "Sleep", 5, count / 2));
    for (int round = 0; round < 2; round++) {
      JavaProcess guest = startWorker("q", 50);
      enqueue(
          jobs("q", "Sleep", 5, count / 4).stream()
              .map(job -> Job.of(job.type(), job.payload()).queue("q").build())
              .toList());
      guest.terminate();
      assertThat(guest.exitCode()).isEqualTo(143);
    }
    awaitEnded(count);
    assertThat(judge(count).ended(JobState.SUCCEEDED)).hasSize(count);
    assertThat(steady.ended(Duration.ZERO)).isFalse();
  }

  @Test
  void frozenWorkerThatWakesUpDoublesNothing() throws Exception {
    int count = LONG ? 20_000 : 3_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(50).retry(RetryPolicy.none()).build());
    enqueue(jobs("q", "Sleep", 30, count));
    JavaProcess sleeper = startWorker("q", 50);
    Awaitility.await().atMost(PATIENCE).until(() -> oracle().ended().size() > 100);
    signal(sleeper, "STOP");
    startWorker("q", 50);
    awaitEnded(count / 2);
    signal(sleeper, "CONT");
    awaitEnded(count);
    assertThat(judge(count).ended(JobState.SUCCEEDED)).hasSize(count);
    assertThat(sleeper.ended(Duration.ZERO)).isFalse();
  }

  @Test
  void restartedBrokerLosesNothing() throws Exception {
    int count = LONG ? 50_000 : 5_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(50).build());
    enqueue(jobs("q", "Sleep", 20, count));
    startWorker("q", 50);
    Awaitility.await().atMost(PATIENCE).until(() -> oracle().ended().size() > 300);
    int port = Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
    broker.kill();
    broker = startBroker(port);
    awaitEnded(count);
    assertThat(judge(count).ended(JobState.SUCCEEDED)).hasSize(count);
  }

  @Test
  void longJobHoldsNothingUp() throws Exception {
    int count = LONG ? 1_000_000 : 30_000;
    int longMillis = LONG ? 600_000 : 8_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(50).partitions(1).build());
    enqueue(List.of(Job.of("Sleep", longMillis).id("long").queue("q").build()));
    startWorker("q", 50);
    enqueue(jobs("q", "Noop", null, count));
    awaitEnded(count);
    assertThat(oracle().ended()).doesNotContain("long");
    awaitEnded(count + 1);
    assertThat(judge(count + 1).ended(JobState.SUCCEEDED)).hasSize(count + 1);
  }

  /**
   * Three workers die while a long job runs: it runs alone next, and the others wait for a turn.
   */
  @Test
  void longJobWhoseWorkersDiedHoldsNothingUpForLong() throws Exception {
    int longMillis = LONG ? 600_000 : 20_000;
    int count = LONG ? 100_000 : 1_000;
    tasks.queues().createQueue(Queue.named("q").concurrency(50).partitions(1).build());
    enqueue(List.of(Job.of("Sleep", longMillis).id("long").queue("q").build()));
    for (int died = 0; died < 3; died++) {
      JavaProcess worker = startWorker("q", 50);
      int begun = died + 1;
      Awaitility.await().atMost(PATIENCE).until(() -> timesBegun("long") == begun);
      worker.kill();
    }
    JavaProcess last = startWorker("q", 50);
    enqueue(jobs("q", "Noop", null, count));
    awaitEnded(count);
    assertThat(oracle().ended()).doesNotContain("long");
    awaitEnded(count + 1);
    assertThat(judge(count + 1).ended(JobState.SUCCEEDED)).hasSize(count + 1);
    assertThat(last.errors()).contains("It runs alone in this process now, for 5s at most");
  }

  private long timesBegun(String job) {
    return oracle().of(job).stream().filter(event -> event.getState() == JobState.RUNNING).count();
  }

  private static void signal(JavaProcess process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
