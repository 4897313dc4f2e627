package io.clusterdb.tasks.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.BrokerMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  @Option(names = "--jobs", description = "Jobs of the backlog (default: ${DEFAULT-VALUE}).")
  private int jobs = 1_000_000;

  @Option(names = "--runs", description = "Runs, of which the median counts (default: 3).")
  private int runs = 3;

  @Option(names = "--seconds", description = "Length of a latency run (default: 15).")
  private int seconds = 15;

  @Option(
      names = "--only",
      split = ",",
      description = "Some of enqueue, backlog, sleep, latency, retries, delayed.")
  private List<String> only =
      List.of("enqueue", "backlog", "sleep", "latency", "retries", "delayed");

  @Option(names = "--out", description = "File for the results as JSON.")
  private @Nullable Path out;

  private final ArrayNode results = Json.mapper().createArrayNode();
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
        Fork.start(BrokerMain.class, "1g", List.of("--data", data.toString(), "--port", "0"))) {
      bootstrap = Json.mapper().readTree(broker.line()).get("bootstrap").asText();
      System.out.printf(
          "%-34s %14s %14s %8s  %s%n", "measurement", "tasks", "raw or ideal", "ratio", "more");
      if (only.contains("enqueue")) {
        enqueue();
      }
      if (only.contains("backlog")) {
        backlog();
      }
      if (only.contains("sleep")) {
        sleep();
      }
      try (Fork scheduler = Fork.start(BenchScheduler.class, "512m", List.of(bootstrap))) {
        scheduler.line();
        if (only.contains("latency")) {
          latency("enqueue to start, quiet", false);
        }
        if (only.contains("retries")) {
          latency("enqueue to start, 1,000 retries/s", true);
        }
        if (only.contains("delayed")) {
          delayed();
        }
      }
    } finally {
      deleteTree(data);
    }
    if (out != null) {
      Files.writeString(out, results.toPrettyString());
    }
    return 0;
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
      ours.add(enqueueOurs(queue, count));
    }
    report("enqueue, jobs/s", median(ours), median(raw), "");
  }

  private double enqueueOurs(String queue, int count) {
    Payload payload = Payload.of(Raw.payload(), Payload.JSON);
    try (Tasks tasks = Tasks.connect(bootstrap)) {
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
        ours.add(Double.parseDouble(fork.line()));
        memory = Math.max(memory, fork.peakMegabytes());
      }
    }
    report("backlog of no-ops, jobs/s", median(ours), median(raw), "worker peak " + memory + " MB");
  }

  private void sleep() throws Exception {
    int count = Math.max(1, jobs / 2);
    List<Double> ours = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      String queue = queue(1_000);
      Raw.fill(bootstrap, "tasks." + queue, "Noop", count);
      try (Fork fork = worker(queue, count, 1_000, 10)) {
        ours.add(Double.parseDouble(fork.line()));
      }
    }
    report("10 ms handler at 1,000, jobs/s", median(ours), 100_000, "");
  }

  private Fork worker(String queue, int count, int concurrency, int sleepMs) throws Exception {
    return Fork.start(
        BenchWorker.class,
        "320m",
        List.of(
            bootstrap,
            queue,
            Integer.toString(count),
            Integer.toString(concurrency),
            Integer.toString(sleepMs)));
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
    report(name + ", p50 ms", median(p50), 0, "p99 %.1f ms".formatted(median(p99)));
  }

  private void delayed() throws Exception {
    List<Double> last = new ArrayList<>();
    int early = 0;
    String more = "";
    for (int i = 0; i < runs; i++) {
      Latency.Lateness lateness = Latency.delayed(bootstrap, "delayed-" + ++queues, 100_000);
      last.add(lateness.micros().getMaxValue() / 1_000.0);
      early += lateness.early();
      more =
          "p50 %.0f ms, %d early"
              .formatted(lateness.micros().getValueAtPercentile(50) / 1_000.0, early);
    }
    report("100,000 due at once, last ms late", median(last), 0, more);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private void report(String name, double ours, double baseline, String more) {
    double ratio = baseline == 0 ? Double.NaN : ours / baseline;
    System.out.printf(
        "%-34s %,14.1f %,14.1f %8s  %s%n",
        name, ours, baseline, Double.isNaN(ratio) ? "-" : "%.2f".formatted(ratio), more);
    ObjectNode node = results.addObject().put("name", name).put("tasks", ours).put("more", more);
    if (!Double.isNaN(ratio)) {
      node.put("baseline", baseline).put("ratio", ratio);
    }
  }

  private static void deleteTree(Path root) throws java.io.IOException {
    try (java.util.stream.Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
