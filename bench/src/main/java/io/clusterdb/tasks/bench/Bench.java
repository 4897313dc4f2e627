package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.bench.BenchWorker.Figures;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.BrokerMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the platform beside the raw client, broker and worker in processes of their own. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures throughput and latency beside the raw Kafka client in the same run.")
public final class Bench implements Callable<Integer> {
  /** What can be measured, by the names of the command line. */
  enum Measurement {
    enqueue,
    backlog,
    metrics,
    sleep,
    tracing,
    latency,
    retries,
    workflows,
    runs,
    delayed,
    steady,
    waiting,
    takeover,
    tracker,
    status,
    memory
  }

  @Option(
      names = "--jobs",
      description =
          "Jobs of the backlog; of a turn with metrics or traces, and of one without them"
              + " (default: ${DEFAULT-VALUE}).")
  private int jobs = 1_000_000;

  @Option(
      names = "--warm",
      description =
          "Jobs of each side that are not measured before metrics and tracing are: a worker that"
              + " has just begun pays for compilers (default: ${DEFAULT-VALUE}).")
  private int warm = 1_500_000;

  @Option(names = "--runs", description = "Runs, of which the median counts (default: 3).")
  private int runs = 3;

  @Option(names = "--seconds", description = "Length of a latency run (default: 15).")
  private int seconds = 15;

  @Option(
      names = "--only",
      split = ",",
      description =
          "Some of ${COMPLETION-CANDIDATES} (default: all). waiting fills the scheduler with a"
              + " million jobs, and restores them after a lost state directory and after kill -9;"
              + " takeover kills one of two schedulers; memory keeps --jobs of them in the job"
              + " tracker and restores them; runs has --jobs ended runs of workflows expire beside"
              + " a tenth of them in flight.")
  private Set<Measurement> only = EnumSet.allOf(Measurement.class);

  @Option(names = "--out", description = "File for the results as JSON.")
  private @Nullable Path out;

  private final Results results = new Results();
  private String bootstrap = "";
  private int queues;

  /** Runs the benchmarks. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path data = Files.createTempDirectory("tasks-bench-");
    try (Fork broker =
        Fork.start(
            BrokerMain.class,
            "1g",
            List.of("--data", data.resolve("broker").toString(), "--port", "0"))) {
      bootstrap = Json.mapper().readTree(broker.line()).get("bootstrap").asText();
      Results.head();
      if (only.contains(Measurement.enqueue)) {
        enqueue();
      }
      if (only.contains(Measurement.backlog)) {
        backlog();
      }
      if (only.contains(Measurement.metrics)) {
        metrics();
      }
      if (only.contains(Measurement.sleep)) {
        sleep();
      }
      if (only.contains(Measurement.tracing)) {
        new TracingBench(bootstrap, results).measure(warm, jobs, runs);
      }
      measureTimes(data.resolve("schedulers"));
      measureTracker(data.resolve("orchestrators"));
    } finally {
      deleteTree(data);
    }
    if (out != null) {
      Files.writeString(out, results.toJson());
    }
    return 0;
  }

  private void measureTimes(Path state) throws Exception {
    if (only.contains(Measurement.latency) || only.contains(Measurement.retries)) {
      try (Fork scheduler = SchedulerFork.start(bootstrap, state.resolve("latency"))) {
        if (only.contains(Measurement.latency)) {
          latency("enqueue to start, quiet", false);
        }
        if (only.contains(Measurement.retries)) {
          latency("enqueue to start, 1,000 retries/s", true);
        }
      }
    }
    if (only.contains(Measurement.workflows)) {
      new Workflows(bootstrap, state.resolve("workflows"), results).measure(seconds);
    }
    if (only.contains(Measurement.runs)) {
      new ManyRuns(bootstrap, state.resolve("runs"), results, jobs).measure(seconds);
    }
    Delays delays = new Delays(bootstrap, state, results);
    if (only.contains(Measurement.delayed)) {
      delays.oneInstant(runs);
    }
    if (only.contains(Measurement.steady)) {
      delays.steady(seconds);
    }
    if (only.contains(Measurement.waiting)) {
      delays.waiting();
    }
    if (only.contains(Measurement.takeover)) {
      new Takeovers(bootstrap, state, results).measure(runs);
    }
  }

  private void measureTracker(Path state) throws Exception {
    TrackerBench tracker = new TrackerBench(bootstrap, state, results);
    if (only.contains(Measurement.tracker)) {
      tracker.throughput(Math.min(jobs, 400_000));
    }
    if (only.contains(Measurement.status)) {
      new StatusLatency(bootstrap, state, results).measure(seconds);
    }
    if (only.contains(Measurement.memory)) {
      tracker.memory(jobs);
    }
  }

  private String queue(int concurrency) {
    String name = "bench-" + ++queues;
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(name).concurrency(concurrency).build());
    }
    return name;
  }

  private void enqueue() {
    int count = Math.min(jobs, 300_000);
    List<Double> ours = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      String queue = queue(10);
      raw.add(Raw.fill(bootstrap, "tasks." + queue, "Noop", count));
      ours.add(enqueue(TasksConfig.of(bootstrap), queue, count));
    }
    results.add("enqueue, jobs/s", Results.median(ours), Results.median(raw), "");
  }

  /** Jobs a second that a client enqueues. */
  static double enqueue(TasksConfig config, String queue, int count) {
    Payload payload = Payload.of(Raw.payload(), Payload.JSON);
    try (Tasks tasks = Tasks.connect(config)) {
      long start = System.nanoTime();
      int batch = 10_000;
      for (int sent = 0; sent < count; sent += batch) {
        List<Job> next = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
          next.add(Job.of("Noop", payload).queue(queue).build());
        }
        for (EnqueueResult result : tasks.queues().enqueue(next)) {
          if (result instanceof EnqueueResult.Refused refused) {
            throw refused.error();
          }
        }
      }
      return count / Raw.seconds(start);
    }
  }

  private void backlog() throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    long memory = 0;
    createRawEvents();
    for (int i = 0; i < runs; i++) {
      String queue = queue(100);
      Raw.fill(bootstrap, "tasks." + queue, "Noop", jobs);
      try (Fork fork =
          Fork.start(
              Raw.class, "512m", List.of(bootstrap, "tasks." + queue, Integer.toString(jobs)))) {
        raw.add(Double.parseDouble(fork.line()));
      }
      try (Fork fork = worker(queue, jobs, 100, 0)) {
        ours.add(Figures.of(fork).rate());
        memory = Math.max(memory, fork.peakMegabytes());
      }
    }
    results.add(
        "backlog of no-ops, jobs/s",
        Results.median(ours),
        Results.median(raw),
        "worker peak " + memory + " MB");
  }

  /** The same backlog without metrics and with them, in turns. */
  private void metrics() throws Exception {
    new Turns(bootstrap, results)
        .measure(
            "backlog with metrics, jobs/s",
            "metrics",
            (queue, count) -> Raw.fill(bootstrap, "tasks." + queue, "Noop", count),
            warm,
            jobs,
            runs);
  }

  private void sleep() throws Exception {
    List<Double> ours = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      String queue = queue(1_000);
      Raw.fill(bootstrap, "tasks." + queue, "Noop", jobs);
      try (Fork fork = worker(queue, jobs, 1_000, 10)) {
        ours.add(Figures.of(fork).rate());
      }
    }
    results.add("10 ms handler at 1,000, jobs/s", Results.median(ours), 100_000, "");
  }

  private Fork worker(String queue, int count, int concurrency, int sleepMs) throws Exception {
    return BenchWorker.fork(bootstrap, queue, count, concurrency, sleepMs);
  }

  private void createRawEvents() throws Exception {
    try (Admin admin = Admin.create(java.util.Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic("raw-events", 8, (short) 1))).all().get();
    }
  }

  private void latency(String name, boolean retries) throws Exception {
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      Histogram micros = Latency.measure(bootstrap, "latency-" + ++queues, seconds, retries);
      p50.add(micros.getValueAtPercentile(50) / 1_000.0);
      p99.add(micros.getValueAtPercentile(99) / 1_000.0);
    }
    results.add(
        name + ", p50 ms", Results.median(p50), 0, "p99 %.1f ms".formatted(Results.median(p99)));
  }

  private static void deleteTree(Path root) throws java.io.IOException {
    try (java.util.stream.Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
