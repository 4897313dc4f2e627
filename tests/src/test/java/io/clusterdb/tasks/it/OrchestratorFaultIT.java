package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.Main;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two orchestrators as operators run them, under load, one killed and then both restarted in turn.
 * {@code -Dfaults=long} kills more often, under more load.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // start() comes before the test
class OrchestratorFaultIT {
  private static final boolean LONG = "long".equals(System.getProperty("faults"));
  private static final Duration PATIENCE = Duration.ofSeconds(LONG ? 300 : 90);
  private static final int KILLS = LONG ? 8 : 1;
  private static final int CHUNK = LONG ? 100 : 20;
  private static final Pattern STARTED = Pattern.compile("its API at (\\S+)");

  /** Session, takeover, and a machine with more to do than this. */
  private static final Duration GAP = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private EmbeddedBroker broker;
  private TasksRuntime tasks;
  private final AtomicInteger enqueued = new AtomicInteger();
  private final Map<String, JavaProcess> running = new HashMap<>();
  private Thread load;
  private volatile boolean loading = true;

  @BeforeAll
  void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
    tasks
        .queues()
        .createQueue(
            Queue.named("mail")
                .partitions(4)
                .concurrency(50)
                .retry(RetryPolicy.fixed(Duration.ofMillis(100)).maxAttempts(3))
                .build());
    tasks.queues().createQueue(Queue.named("idle").partitions(2).build());
  }

  @AfterAll
  void stop() {
    tasks.close();
    broker.close();
  }

  /** Starts an instance as operators do, and returns where its API is. */
  private String orchestrator(String name) throws Exception {
    JavaProcess process =
        JavaProcess.start(
            Main.class,
            "orchestrator",
            "--bootstrap",
            broker.bootstrap(),
            "--instance",
            name,
            "--state-dir",
            directory.resolve(name).toString(),
            "--standby-replicas",
            "1",
            "--http",
            "127.0.0.1:0");
    await().atMost(PATIENCE).until(() -> process.errors().contains("the orchestrator works"));
    Matcher started = STARTED.matcher(process.errors());
    assertThat(started.find()).isTrue();
    running.put(name, process);
    return started.group(1);
  }

  @Test
  void questionsAreAnsweredByTheSurvivorAndCountsAreThoseOfTheLog() throws Exception {
    orchestrator("one");
    String survivor = orchestrator("two");
    // Jobs that wait stay on the log, where the recount finds them.
    SchedulerSettings settings = SchedulerSettings.DEFAULT.housekeeping(Duration.ofHours(1));
    try (SchedulerService scheduler = SchedulerService.start(tasks, settings);
        Processor worker = worker()) {
      assertThat(scheduler.awaitReady(PATIENCE)).isTrue();
      assertThat(worker.awaitReady(PATIENCE)).isTrue();
      load = Thread.ofVirtual().start(this::load);
      await().atMost(PATIENCE).until(() -> answers(survivor));
      for (int i = 0; i < KILLS; i++) {
        killOne(survivor);
        holdStill(worker);
        awaitSameAsLog();
        loading = true;
        load = Thread.ofVirtual().start(this::load);
      }
      restart("one");
      restart("two");
      holdStill(worker);
      awaitSameAsLog();
    } finally {
      loading = false;
      for (JavaProcess process : running.values()) {
        process.close();
      }
    }
  }

  private void killOne(String survivor) throws Exception {
    JavaProcess victim = Objects.requireNonNull(running.get("one"), "one");
    try (Questions direct = Questions.ask(broker.bootstrap(), survivor);
        Questions anywhere = Questions.ask(broker.bootstrap(), null)) {
      awaitRounds(direct, anywhere);
      victim.kill();
      direct.mark();
      anywhere.mark();
      awaitRounds(direct, anywhere);
      report("killed, asked the survivor", direct);
      report("killed, asked the one in the catalog", anywhere);
    }
    victim.close();
    orchestrator("one");
  }

  /** Counts can be compared when nothing moves. */
  private void holdStill(Processor worker) throws InterruptedException {
    loading = false;
    load.join();
    assertThat(worker.awaitEmpty(PATIENCE)).isTrue();
  }

  private void restart(String name) throws Exception {
    JavaProcess old = Objects.requireNonNull(running.get(name), name);
    try (Questions anywhere = Questions.ask(broker.bootstrap(), null)) {
      awaitRounds(anywhere);
      old.terminate();
      anywhere.mark();
      assertThat(old.exitCode()).as(old.errors()).isZero();
      orchestrator(name);
      awaitRounds(anywhere);
      report("restarted " + name, anywhere);
    }
    old.close();
  }

  private static void awaitRounds(Questions... all) {
    for (Questions each : all) {
      int before = each.rounds();
      await().atMost(PATIENCE).until(() -> each.rounds() >= before + 20);
    }
  }

  private static void report(String what, Questions questions) {
    System.err.println("OrchestratorFaultIT: " + what + ": " + questions);
    questions.longest().forEach((kind, gap) -> assertThat(gap).as(kind).isLessThan(GAP));
  }

  private boolean answers(String api) {
    try (Tasks client = Questions.client(broker.bootstrap(), api)) {
      return client.queues().stats("mail").byState().getOrDefault(JobState.SUCCEEDED, 0L) > 100;
    } catch (TasksException e) {
      return false;
    }
  }

  /** Compares every count with the log, and every job of every list. */
  private void awaitSameAsLog() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              LogRecount log = LogRecount.read(tasks, "mail", "idle");
              for (String queue : List.of("mail", "idle")) {
                QueueStats stats = tasks.queues().stats(queue);
                Map<JobState, Long> counts = new TreeMap<>(stats.byState());
                counts.values().removeIf(count -> count == 0);
                assertThat(counts).as(queue).isEqualTo(log.counts(queue));
                assertThat(stats.depth()).isEqualTo(counts.getOrDefault(JobState.QUEUED, 0L));
              }
            });
    LogRecount log = LogRecount.read(tasks, "mail", "idle");
    for (String queue : List.of("mail", "idle")) {
      assertThat(listed(queue)).as(queue).isEqualTo(log.of(queue));
    }
    assertThat(log.counts("mail").keySet())
        .contains(
            JobState.SUCCEEDED,
            JobState.DEAD,
            JobState.SCHEDULED,
            JobState.RETRYING,
            JobState.CANCELLED);
  }

  private Map<JobState, Set<String>> listed(String queue) {
    Map<JobState, Set<String>> listed = new HashMap<>();
    JobFilter filter = JobFilter.all().queue(queue);
    JobPage page = tasks.tasks().listTasks(filter, PageRequest.first(1_000));
    while (true) {
      for (JobStatus job : page.jobs()) {
        assertThat(
                listed
                    .computeIfAbsent(job.state(), any -> new HashSet<>())
                    .add(job.id() + "/" + job.run()))
            .as("listed once: %s", job.id())
            .isTrue();
      }
      if (page.cursor() == null) {
        return listed;
      }
      page = tasks.tasks().listTasks(filter, PageRequest.first(1_000).after(page.cursor()));
    }
  }

  private void load() {
    List<String> unwanted = new ArrayList<>();
    while (loading) {
      List<Job> jobs = new ArrayList<>();
      for (int i = 0; i < CHUNK; i++) {
        int number = enqueued.getAndIncrement();
        Job job = job(number);
        jobs.add(job);
        if (number % 100 == 30) {
          unwanted.add("job-" + number);
        }
      }
      tasks.queues().enqueue(jobs);
      unwanted.forEach(id -> tasks.commands().cancel(Target.of(id), null));
      unwanted.clear();
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static Job job(int number) {
    String type =
        switch (number % 50) {
          case 1 -> "Flaky";
          case 2 -> "Bad";
          case 3 -> "Later";
          default -> "Good";
        };
    Job.Builder job = Job.of(type, Map.of("n", number)).id("job-" + number).queue("mail");
    if (number % 50 == 30) {
      job.schedule(Schedule.after(Duration.ofHours(1)));
    }
    return number % 50 == 40 ? Job.of(type).id("job-" + number).queue("idle").build() : job.build();
  }

  private Processor worker() {
    return Processor.on(tasks)
        .queue("mail")
        .handler("Good", Map.class, (payload, context) -> null)
        .handler(
            "Flaky",
            Map.class,
            (payload, context) -> {
              if (context.job().attempt() == 1) {
                throw new NamedFailure("Odd", "once");
              }
              return null;
            })
        .handler(
            "Bad",
            Map.class,
            (payload, context) -> {
              throw new PermanentFailure("no use");
            })
        .handler(
            "Later",
            Map.class,
            (payload, context) -> {
              throw new RetryAfter(Duration.ofHours(1));
            })
        .start();
  }

  /** Asks without end, and measures for how long there was no answer. */
  private static final class Questions implements AutoCloseable {
    private final Tasks client;
    private final Map<String, Long> answered = new ConcurrentHashMap<>();
    private final Map<String, Duration> longest = new ConcurrentHashMap<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger stale = new AtomicInteger();
    private final Thread thread;
    private volatile boolean open = true;

    private Questions(Tasks client) {
      this.client = client;
      this.thread = Thread.ofVirtual().start(this::run);
    }

    /**
     * Starts.
     *
     * @param api whom to ask; null for the one that the catalog names
     */
    static Questions ask(String bootstrap, @Nullable String api) {
      return new Questions(client(bootstrap, api));
    }

    static Tasks client(String bootstrap, @Nullable String api) {
      return Tasks.connect(
          TasksConfig.of(bootstrap)
              .http(api == null ? HttpConfig.DEFAULT : HttpConfig.DEFAULT.url(api)));
    }

    private void run() {
      int number = 0;
      while (open) {
        String id = "job-" + (number++ % 97); // of every partition
        boolean all = asked("stats", () -> client.queues().stats("mail"));
        all &=
            asked("list", () -> client.tasks().listTasks(JobFilter.all(), PageRequest.first(10)));
        all &=
            asked(
                "status",
                () -> {
                  if (client.tasks().getTaskStatus(id).stale()) {
                    stale.incrementAndGet();
                  }
                });
        if (all) {
          rounds.incrementAndGet();
        }
      }
    }

    private boolean asked(String kind, Runnable question) {
      try {
        question.run();
      } catch (TasksException e) {
        return false;
      }
      long now = System.nanoTime();
      Long before = answered.put(kind, now);
      if (before != null) {
        longest.merge(
            kind,
            Duration.ofNanos(now - before),
            (one, other) -> one.compareTo(other) > 0 ? one : other);
      }
      return true;
    }

    /** What is measured begins now. */
    void mark() {
      longest.clear();
    }

    int rounds() {
      return rounds.get();
    }

    Map<String, Duration> longest() {
      return longest;
    }

    @Override
    public String toString() {
      Map<String, Long> millis = new TreeMap<>();
      longest.forEach((kind, gap) -> millis.put(kind, gap.toMillis()));
      return "longest wait for an answer in ms %s, %d answers from a copy"
          .formatted(millis, stale.get());
    }

    @Override
    public void close() throws InterruptedException {
      open = false;
      thread.join();
      client.close();
    }
  }
}
