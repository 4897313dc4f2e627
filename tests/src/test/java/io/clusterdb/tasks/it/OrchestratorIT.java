package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a prefix, and so a platform, of its own on one broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // start() comes before each test
class OrchestratorIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final AtomicInteger PLATFORMS = new AtomicInteger();

  @TempDir Path directory;

  private EmbeddedBroker broker;

  @BeforeAll
  void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void aJobsLifeIsSeenInItsStatus() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TasksRuntime tasks = connect();
        OrchestratorService orchestrator = start(tasks)) {
      assertThat(orchestrator.awaitReady(LONG)).isTrue();
      tasks.queues().createQueue(Queue.named("mail").partitions(2).build());
      JobId job = tasks.queues().enqueue(job("Send", "job-1"));
      JobStatus queued = tasks.tasks().getTaskStatus(job);
      assertThat(queued.state()).isEqualTo(JobState.QUEUED);
      assertThat(queued.jobId()).isEqualTo(job);
      assertThat(queued.metadata()).containsEntry("source", "test");
      JobId later =
          tasks
              .queues()
              .enqueue(
                  Job.of("Send")
                      .queue("mail")
                      .schedule(Schedule.after(Duration.ofMinutes(5)))
                      .build());
      JobStatus waiting = tasks.tasks().getTaskStatus(later);
      assertThat(waiting.state()).isEqualTo(JobState.SCHEDULED);
      assertThat(waiting.scheduledFor()).isNotNull();
      JobId bad = tasks.queues().enqueue(job("Fail", "job-2"));
      try (Processor worker = worker(tasks, go)) {
        assertThat(worker.running()).isTrue();
        await()
            .atMost(LONG)
            .untilAsserted(
                () -> {
                  JobStatus running = tasks.tasks().getTaskStatus(job);
                  assertThat(running.state()).isEqualTo(JobState.RUNNING);
                  assertThat(running.progress()).isEqualTo(0.5);
                  assertThat(running.note()).isEqualTo("half");
                  assertThat(running.worker()).isNotNull();
                });
        go.countDown();
        JobStatus done = tasks.tasks().awaitTaskStatus("job-1", Duration.ofSeconds(30));
        assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(done.result()).isEqualTo("{\"sum\":3}");
        assertThat(done.finishedAt()).isAfterOrEqualTo(done.createdAt());
        JobStatus dead = tasks.tasks().awaitTaskStatus("job-2", Duration.ofSeconds(30));
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.jobId()).isEqualTo(bad);
        assertThat(dead.error()).isNotNull();
      }
      await().atMost(LONG).until(() -> stats(tasks).byState().getOrDefault(JobState.DEAD, 0L) == 1);
      QueueStats stats = stats(tasks);
      assertThat(stats.depth()).isZero();
      assertThat(stats.partitions()).isEqualTo(2);
      assertThat(stats.byState())
          .containsEntry(JobState.SUCCEEDED, 1L)
          .containsEntry(JobState.SCHEDULED, 1L);
      assertThat(stats.errorRate()).isEqualTo(0.5);
      assertThat(ids(all(tasks, JobFilter.all().states(JobState.DEAD), 10)))
          .containsExactly("job-2");
    }
  }

  @Test
  void listsAreFilteredAndPagedWithoutGapsWhileJobsCome() throws Exception {
    try (TasksRuntime tasks = connect();
        OrchestratorService orchestrator = start(tasks)) {
      assertThat(orchestrator.awaitReady(LONG)).isTrue();
      tasks.queues().createQueue(Queue.named("mail").partitions(2).build());
      tasks
          .queues()
          .createQueue(Queue.named("other").priorities(Priority.HIGH, Priority.NORMAL).build());
      List<JobId> first = enqueue(tasks, 0, 120);
      tasks.queues().enqueue(Job.of("Other").queue("other").priority(Priority.HIGH).build());
      await().atMost(LONG).until(() -> stats(tasks).depth() == 120);
      JobPage page = tasks.tasks().listTasks(JobFilter.all().queue("mail"), PageRequest.first(7));
      enqueue(tasks, 120, 150); // newer, so in front of what was given already
      Set<String> seen = new HashSet<>(ids(page.jobs()));
      @Nullable String cursor = page.cursor();
      while (cursor != null) {
        page =
            tasks
                .tasks()
                .listTasks(JobFilter.all().queue("mail"), PageRequest.first(7).after(cursor));
        for (JobStatus each : page.jobs()) {
          assertThat(seen.add(each.id())).as(each.id()).isTrue();
        }
        cursor = page.cursor();
      }
      assertThat(seen).containsExactlyInAnyOrderElementsOf(values(first));
      await()
          .atMost(LONG)
          .until(() -> stats(tasks).depth() == 150 && tasks.queues().stats("other").depth() == 1);
      JobFilter even = JobFilter.all().queue("mail").metadata("parity", "0");
      assertThat(all(tasks, even, 50)).hasSize(75);
      assertThat(all(tasks, JobFilter.all().type("Other"), 50)).hasSize(1);
      QueueStats other = tasks.queues().stats("other");
      assertThat(other.byLane()).containsEntry(Priority.HIGH, 1L);
      assertThat(other.oldestAgeSeconds()).isNotNull();
    }
  }

  @Test
  void whatIsNotThereIsSaidToBeSo() throws Exception {
    try (TasksRuntime tasks = connect();
        OrchestratorService orchestrator = start(tasks)) {
      assertThat(orchestrator.awaitReady(LONG)).isTrue();
      assertThatThrownBy(() -> tasks.tasks().getTaskStatus("nobody"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND));
      assertThatThrownBy(() -> tasks.queues().stats("nowhere"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_NOT_FOUND));
      assertThatThrownBy(
              () ->
                  tasks.tasks().listTasks(JobFilter.all(), PageRequest.first(5).after("no-cursor")))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }
  }

  /** Held against docs/state-of-jobs.md. */
  @Test
  void whatAJobCostsDependsOnItsQueuesTracking() throws Exception {
    int jobs = 300;
    try (TasksRuntime tasks = connect();
        OrchestratorService orchestrator = start(tasks)) {
      assertThat(orchestrator.awaitReady(LONG)).isTrue();
      for (Tracking tracking : Tracking.values()) {
        tasks
            .queues()
            .createQueue(
                Queue.named(name(tracking))
                    .partitions(2)
                    .tracking(tracking)
                    .retry(RetryPolicy.none())
                    .build());
      }
      String application = tasks.names().orchestratorApplication();
      try (JobLog facts = JobLog.of(tasks, application + "-tracker-facts-repartition");
          JobLog states = JobLog.of(tasks, application + "-tracker-jobs-changelog");
          Processor worker = costWorker(tasks)) {
        assertThat(worker.awaitReady(LONG)).isTrue();
        for (Tracking tracking : Tracking.values()) {
          enqueueFor(tasks, name(tracking), jobs);
        }
        assertThat(worker.awaitEmpty(LONG)).isTrue();
        await()
            .atMost(LONG)
            .untilAsserted(
                () -> {
                  facts.read();
                  assertThat(count(states, "full-good")).isGreaterThanOrEqualTo(jobs);
                  assertThat(count(states, "full-bad")).isGreaterThanOrEqualTo(jobs);
                  assertThat(count(states, "outcomes-good")).isGreaterThanOrEqualTo(jobs);
                  assertThat(count(states, "outcomes-bad")).isGreaterThanOrEqualTo(jobs);
                  assertThat(count(facts, "full-bad")).isEqualTo(2 * jobs);
                  assertThat(count(facts, "outcomes-bad")).isEqualTo(jobs);
                });
        for (String kind : List.of("full-good", "full-bad", "outcomes-good", "outcomes-bad")) {
          report(
              "%s costs %.2f facts and %.2f states a job",
              kind, count(facts, kind) / (double) jobs, count(states, kind) / (double) jobs);
        }
        assertThat(count(facts, "full-good")).isEqualTo(jobs);
        assertThat(count(states, "full-good")).isBetween(jobs, 2 * jobs);
        assertThat(count(states, "full-bad")).isBetween(jobs, 3 * jobs);
        assertThat(count(facts, "outcomes-good")).isZero();
        assertThat(count(states, "outcomes-good")).isEqualTo(jobs);
        assertThat(count(states, "outcomes-bad")).isBetween(jobs, 2 * jobs);
        assertThat(count(facts, "off") + count(states, "off")).isZero();
      }
    }
  }

  private static String name(Tracking tracking) {
    return tracking.name().toLowerCase(Locale.ROOT);
  }

  private static void enqueueFor(Tasks tasks, String queue, int count) {
    List<Job> jobs = new ArrayList<>();
    for (String type : List.of("good", "bad")) {
      for (int i = 0; i < count; i++) {
        jobs.add(Job.of(type).id(queue + "-" + type + "-" + i).queue(queue).build());
      }
    }
    tasks.queues().enqueue(jobs);
  }

  private static Processor costWorker(Tasks tasks) {
    return Processor.on(tasks)
        .queue("full")
        .queue("outcomes")
        .queue("off")
        .action("good", Void.class, (nothing, context) -> {})
        .action(
            "bad",
            Void.class,
            (nothing, context) -> {
              throw new PermanentFailure("on purpose");
            })
        .start();
  }

  /** Records of jobs whose ids begin so, which their keys begin with too. */
  private static int count(JobLog log, String id) {
    return (int)
        log.read().stream()
            .filter(each -> new String(each.key(), StandardCharsets.ISO_8859_1).contains(id))
            .count();
  }

  /** The default prefix, which the killed process has too. */
  @Test
  void aKilledOrchestratorIsReplacedAndNothingIsMiscounted() throws Exception {
    int jobs = 6_000;
    TasksConfig config =
        TasksConfig.of(broker.bootstrap()).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    try (TasksRuntime tasks = TasksRuntime.of(Tasks.connect(config))) {
      tasks.queues().createQueue(Queue.named("mail").partitions(4).concurrency(50).build());
      try (OrchestratorService survivor = start(tasks);
          JavaProcess killed =
              JavaProcess.start(
                  OrchestratorProcess.class,
                  broker.bootstrap(),
                  directory.resolve("killed").toString())) {
        assertThat(killed.nextLine()).startsWith("http://");
        assertThat(survivor.awaitReady(LONG)).isTrue();
        try (Processor worker =
            Processor.on(tasks)
                .queue("mail")
                .handler("Send", Map.class, (payload, context) -> null)
                .start()) {
          List<JobId> ids = enqueue(tasks, 0, jobs / 2);
          killed.kill();
          long dead = System.nanoTime();
          ids.addAll(enqueue(tasks, jobs / 2, jobs));
          // Of every partition, so also of those that the killed one had.
          List<JobId> some = ids.subList(0, 200);
          await().atMost(LONG).until(() -> allKnown(tasks, some));
          report("status of every partition again %d ms after the kill", millisSince(dead));
          await()
              .atMost(LONG)
              .ignoreExceptions()
              .until(() -> stats(tasks).byState().getOrDefault(JobState.SUCCEEDED, 0L) == jobs);
          report("counts complete %d ms after the kill", millisSince(dead));
          assertThat(worker.running()).isTrue();
        }
        EventOracle log = EventOracle.read(broker.bootstrap(), tasks.names().prefix());
        assertThat(log.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED)).hasSize(jobs);
        QueueStats stats = stats(tasks);
        assertThat(stats.depth()).isZero();
        assertThat(stats.byState().values().stream().mapToLong(Long::longValue).sum())
            .isEqualTo(jobs);
        assertThat(all(tasks, JobFilter.all().states(JobState.SUCCEEDED), 1_000)).hasSize(jobs);
      }
    }
  }

  private static boolean allKnown(Tasks tasks, List<JobId> jobs) {
    try {
      return jobs.stream().allMatch(job -> !tasks.tasks().getTaskStatus(job).stale());
    } catch (TasksException e) {
      // Its successor restores it, or has not read all that came after the last commit.
      assertThat(e.code()).isIn(ErrorCode.UNREACHABLE, ErrorCode.JOB_NOT_FOUND);
      return false;
    }
  }

  private TasksRuntime connect() {
    TasksConfig config =
        TasksConfig.of(broker.bootstrap())
            .prefix("it" + PLATFORMS.incrementAndGet())
            .http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    return TasksRuntime.of(Tasks.connect(config));
  }

  private static OrchestratorService start(TasksRuntime tasks) {
    return OrchestratorService.start(tasks, OrchestratorSettings.DEFAULT);
  }

  private static Processor worker(Tasks tasks, CountDownLatch go) {
    return Processor.on(tasks)
        .queue("mail")
        .handler(
            "Send",
            Map.class,
            (payload, context) -> {
              context.progress(0.5, "half");
              go.await();
              return Map.of("sum", 3);
            })
        .handler(
            "Fail",
            Map.class,
            (payload, context) -> {
              throw new PermanentFailure("no use");
            })
        .start();
  }

  private static Job job(String type, String id) {
    return Job.of(type, Map.of()).id(id).queue("mail").metadata("source", "test").build();
  }

  private static List<JobId> enqueue(Tasks tasks, int from, int to) {
    List<Job> jobs =
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    Job.of("Send", Map.of("number", i))
                        .id("mail-" + i)
                        .queue("mail")
                        .metadata("parity", Integer.toString(i % 2))
                        .build())
            .toList();
    List<JobId> ids = new ArrayList<>();
    tasks
        .queues()
        .enqueue(jobs)
        .forEach(result -> ids.add(((io.clusterdb.tasks.EnqueueResult.Accepted) result).id()));
    return ids;
  }

  private static QueueStats stats(Tasks tasks) {
    return tasks.queues().stats("mail");
  }

  private static List<JobStatus> all(Tasks tasks, JobFilter filter, int limit) {
    List<JobStatus> jobs = new ArrayList<>();
    JobPage page = tasks.tasks().listTasks(filter, PageRequest.first(limit));
    while (true) {
      jobs.addAll(page.jobs());
      if (page.cursor() == null) {
        return jobs;
      }
      page = tasks.tasks().listTasks(filter, PageRequest.first(limit).after(page.cursor()));
    }
  }

  private static List<String> ids(List<JobStatus> jobs) {
    return jobs.stream().map(JobStatus::id).toList();
  }

  private static List<String> values(List<JobId> ids) {
    return ids.stream().map(JobId::value).toList();
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  @SuppressWarnings("AnnotateFormatMethod") // only constants are handed in
  private static void report(String text, Object... values) {
    System.err.println("OrchestratorIT: " + text.formatted(values));
  }
}
