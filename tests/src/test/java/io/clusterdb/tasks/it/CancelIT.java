package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.testkit.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose cancellation is done never starts again: not while workers come and die, and in
 * whatever state it was. The oracle is the log, and what the handlers themselves say of their
 * starts.
 */
class CancelIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LATER = Duration.ofSeconds(12);
  private static final String PREFIX = "cancel";
  private static final int EACH = 60;

  /** Running ones last: their slots come free for those that wait. */
  private static final List<String> KINDS = List.of("waiting", "delayed", "retrying", "running");

  @TempDir private Path directory;

  private final ConcurrentLinkedQueue<String> starts = new ConcurrentLinkedQueue<>();

  @Test
  void aJobWhoseCancellationIsDoneNeverStartsAgain() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        TasksRuntime tasks =
            TasksRuntime.of(Tasks.connect(FaultIT.config(broker.bootstrap(), PREFIX)));
        EventLog log = EventLog.of(tasks.config());
        SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(PATIENCE)).isTrue();
      tasks
          .queues()
          .createQueue(
              Queue.named("work")
                  .partitions(6)
                  .concurrency(20)
                  .retry(RetryPolicy.fixed(LATER).maxAttempts(2))
                  .build());
      try (Processor steady = CancelWorker.start(tasks, go(), starts::add);
          JavaProcess victim = worker(broker)) {
        assertThat(steady.awaitReady(PATIENCE)).isTrue();
        enqueue(tasks, "retrying", "Fail", Duration.ZERO);
        await()
            .atMost(PATIENCE)
            .until(() -> log.ended(io.clusterdb.tasks.JobState.RETRYING).size() == EACH);
        enqueue(tasks, "running", "Slow", Duration.ZERO);
        enqueue(tasks, "waiting", "Quick", Duration.ZERO);
        enqueue(tasks, "delayed", "Quick", LATER);
        await().atMost(PATIENCE).until(() -> startsOf("running") >= 20);
        cancelHalf(tasks, 0, EACH / 4);
        victim.kill();
        cancelHalf(tasks, EACH / 4, EACH / 2);
        Files.createFile(go()); // until here no slot came free for those that wait
        try (JavaProcess another = worker(broker)) {
          log.awaitEndedIds(all(), PATIENCE);
          another.terminate();
          another.exitCode();
          drain(another);
        }
        drain(victim);
      }
      judge(log);
    }
  }

  private Path go() {
    return directory.resolve("go");
  }

  private JavaProcess worker(EmbeddedBroker broker) throws Exception {
    JavaProcess worker =
        JavaProcess.start(CancelWorker.class, broker.bootstrap(), PREFIX, go().toString());
    for (String line = worker.nextLine(); ; line = worker.nextLine()) {
      assertThat(line).as(worker.errors()).isNotNull();
      if (line.equals("ready")) {
        return worker;
      }
      starts.add(line);
    }
  }

  /** What one that has ended said of its starts. */
  private void drain(JavaProcess worker) throws InterruptedException {
    for (String line = worker.nextLine(); line != null; line = worker.nextLine()) {
      starts.add(line);
    }
  }

  private static void enqueue(Tasks tasks, String kind, String type, Duration delay) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      Job.Builder job = Job.of(type).id(kind + "-" + i).queue("work");
      jobs.add(delay.isZero() ? job.build() : job.schedule(Schedule.after(delay)).build());
    }
    tasks.queues().enqueue(jobs);
  }

  /** Of each kind those with an even number, in this part of them. */
  private static void cancelHalf(Tasks tasks, int from, int to) {
    for (String kind : KINDS) {
      for (int i = from; i < to; i++) {
        tasks.tasks().cancel(kind + "-" + 2 * i, null);
      }
    }
  }

  private long startsOf(String kind) {
    return starts.stream().filter(line -> line.startsWith(kind)).count();
  }

  private static List<String> all() {
    return KINDS.stream()
        .flatMap(kind -> IntStream.range(0, EACH).mapToObj(i -> kind + "-" + i))
        .toList();
  }

  private void judge(EventLog log) {
    assertThat(log.breaches()).isEmpty();
    Set<String> cancelled = new TreeSet<>();
    for (JobEvent event : log.all()) {
      if (event.getState() == JobState.CANCELLED) {
        cancelled.add(event.getJobId());
        assertThat(lastStart(event.getJobId()))
            .as("the last start of %s, cancelled at %s", event.getJobId(), event.getAt())
            .isLessThanOrEqualTo(event.getAt().toEpochMilli());
      }
    }
    assertThat(cancelled).allMatch(id -> number(id) % 2 == 0);
    Map<String, Long> byKind =
        cancelled.stream()
            .collect(
                Collectors.groupingBy(
                    id -> id.substring(0, id.indexOf('-')), Collectors.counting()));
    System.err.println("CancelIT: cancelled of " + EACH / 2 + " each: " + byKind);
    for (String kind : KINDS) {
      assertThat(byKind.get(kind)).as(kind).isGreaterThanOrEqualTo(EACH / 4);
    }
    for (String id : all()) {
      if (number(id) % 2 == 1) {
        assertThat(log.of(id).getLast().getState()).as(id).isEqualTo(JobState.SUCCEEDED);
        assertThat(lastStart(id)).as(id).isPositive();
      }
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.indexOf('-') + 1));
  }

  private long lastStart(String id) {
    return starts.stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[0].equals(id))
        .mapToLong(words -> Long.parseLong(words[1]))
        .max()
        .orElse(0);
  }
}
