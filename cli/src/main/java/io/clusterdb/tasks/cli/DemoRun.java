package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.demo.Check;
import io.clusterdb.tasks.cli.demo.DemoChecks;
import io.clusterdb.tasks.cli.demo.DemoEvent;
import io.clusterdb.tasks.cli.demo.DemoFiles;
import io.clusterdb.tasks.cli.demo.DemoJob;
import io.clusterdb.tasks.cli.demo.DemoPlan;
import io.clusterdb.tasks.client.EventReader;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The work of the demonstration, step by step, on a platform that runs. */
final class DemoRun {
  private static final String QUEUE = "files";
  private static final String TYPE = "sha256";
  private static final String FLAKY = "flaky";
  private static final Duration MOST = Duration.ofSeconds(40);

  private final Terminal terminal;
  private final Tasks tasks;
  private final Progress progress;
  private final AtomicLong handled = new AtomicLong();

  DemoRun(Terminal terminal, Tasks tasks, Progress progress) {
    this.terminal = terminal;
    this.tasks = tasks;
    this.progress = progress;
  }

  /** What a job of the demonstration carries. */
  record FileToDigest(String path) {}

  /** Does it all, with files in this folder; returns what it proved. */
  List<Check> run(Path folder) throws IOException, InterruptedException {
    DemoPlan plan = DemoPlan.in(folder);
    Map<String, byte[]> missing = DemoFiles.write(plan, new SplittableRandom(2026));
    tasks.queues().createQueue(queue());
    enqueue(plan);
    try (Processor worker = worker()) {
      long ends = plan.jobs().size();
      awaitEnds(ends, "jobs have ended");
      terminal.say("mending the cause of the dead letters and replaying them...");
      for (DemoJob job : plan.of(DemoJob.Kind.BROKEN)) {
        Files.write(job.file(), missing.get(job.id()));
      }
      awaitEnds(ends + replay(), "runs have ended");
    }
    terminal.say("reading the event log...");
    Map<String, String> digests = new HashMap<>();
    for (DemoJob job : plan.jobs()) {
      digests.put(job.id(), DemoFiles.digest(job.file()));
    }
    return DemoChecks.of(plan, digests, events(), handled.get());
  }

  private static Queue queue() {
    return Queue.named(QUEUE)
        .partitions(4)
        .concurrency(8)
        .priorities(Priority.HIGH, Priority.NORMAL, Priority.LOW)
        .retry(
            RetryPolicy.exponential(Duration.ofMillis(400), Duration.ofSeconds(5), 2)
                .maxAttempts(3))
        .build();
  }

  private void enqueue(DemoPlan plan) {
    long refused =
        tasks.queues().enqueue(plan.jobs().stream().map(DemoRun::job).toList()).stream()
            .filter(EnqueueResult.Refused.class::isInstance)
            .count();
    if (refused > 0) {
      throw new TasksException(ErrorCode.INTERNAL, refused + " jobs of the demo were refused.");
    }
    terminal.say(
        "%,d jobs enqueued in three lanes: %d fail at first, %d have no file yet, %d wait"
            .formatted(plan.jobs().size(), DemoPlan.FLAKY, DemoPlan.BROKEN, DemoPlan.DELAYED));
  }

  private static Job job(DemoJob job) {
    Job.Builder builder =
        Job.of(TYPE, new FileToDigest(job.file().toString()))
            .id(job.id())
            .queue(QUEUE)
            .priority(job.priority());
    if (job.kind() == DemoJob.Kind.FLAKY) {
      builder.metadata(FLAKY, "yes");
    }
    if (job.kind() == DemoJob.Kind.DELAYED) {
      builder.schedule(Schedule.after(job.delay()));
    }
    return builder.build();
  }

  private Processor worker() {
    return Processor.on(tasks).queue(QUEUE).handler(TYPE, FileToDigest.class, this::digest).start();
  }

  private String digest(FileToDigest file, JobContext context) throws IOException {
    handled.incrementAndGet();
    if (context.job().attempt() == 1 && context.job().metadata().containsKey(FLAKY)) {
      throw new NamedFailure("TransientError", "the demo lets this job fail at first");
    }
    return DemoFiles.digest(Path.of(file.path()));
  }

  private long replay() {
    List<String> replayed = new ArrayList<>();
    tasks
        .queues()
        .deadLetters(QUEUE)
        .replay(Replay.all(), outcome -> replayed.add(outcome.job().id()));
    return replayed.size();
  }

  /** Follows the event log until this many runs have ended, or for as long as that may take. */
  private void awaitEnds(long expected, String what) {
    long deadline = System.nanoTime() + MOST.toNanos();
    AtomicLong ended = new AtomicLong();
    new EventReader(TasksRuntime.of(tasks))
        .read(
            new EventReader.Query(QUEUE, null, true, true),
            () -> {
              progress.tick(() -> "%,d of %,d %s".formatted(ended.get(), expected, what));
              return ended.get() >= expected
                  || System.nanoTime() > deadline
                  || Thread.currentThread().isInterrupted();
            },
            event -> {
              if (JobState.valueOf(event.getState().name()).terminal()) {
                ended.incrementAndGet();
              }
            });
    progress.clear();
    terminal.say(
        "%,d of %,d %s, %.1f s after the start"
            .formatted(ended.get(), expected, what, progress.seconds()));
  }

  private List<DemoEvent> events() {
    List<DemoEvent> events = new ArrayList<>();
    new EventReader(TasksRuntime.of(tasks))
        .read(
            new EventReader.Query(null, null, true, false),
            () -> false,
            event -> events.add(event(event)));
    return events;
  }

  private static DemoEvent event(JobEvent event) {
    @Nullable String error = event.getError() == null ? null : event.getError().getType();
    return new DemoEvent(
        event.getAt(),
        event.getJobId(),
        event.getRun(),
        JobState.valueOf(event.getState().name()),
        event.getAttempt(),
        event.getCreatedAt() == null ? event.getAt() : event.getCreatedAt(),
        event.getStartedAt(),
        event.getNextAttemptAt(),
        error,
        event.getResult());
  }
}
