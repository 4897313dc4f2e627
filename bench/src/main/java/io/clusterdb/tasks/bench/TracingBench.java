package io.clusterdb.tasks.bench;

import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.bench.BenchWorker.Figures;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What traces cost: the same work without, and with a tenth of them recorded and sent. */
final class TracingBench {
  private static final double RATE = 0.1;

  /**
   * Of what warms a worker up each job is recorded: at a tenth it would take ten times as long
   * until the code that records and sends is compiled, as it is in a worker that has run for a
   * while.
   */
  private static final double WARM_RATE = 1;

  private static final int ENQUEUED = 400_000;

  private final String bootstrap;
  private final Results results;
  private int queues;

  TracingBench(String bootstrap, Results results) {
    this.bootstrap = bootstrap;
    this.results = results;
  }

  /** Runs with and without take turns, so that a slow moment of the machine is of neither alone. */
  void measure(int warm, int jobs, int runs) throws Exception {
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      collector.setExecutor(threads);
      collector.createContext(
          "/",
          exchange -> {
            try (InputStream body = exchange.getRequestBody()) {
              body.transferTo(OutputStream.nullOutputStream());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      collector.start();
      String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
      enqueue(Math.min(jobs, ENQUEUED), runs, endpoint);
      backlog(warm, jobs, runs, endpoint);
    } finally {
      collector.stop(0);
    }
  }

  private void enqueue(int jobs, int runs, String endpoint) {
    List<Double> plain = new ArrayList<>();
    List<Double> traced = new ArrayList<>();
    TasksConfig config = TasksConfig.of(bootstrap);
    TasksConfig tracing = config.telemetry(tracing(RATE, endpoint));
    for (int i = 0; i < runs; i++) {
      for (boolean on : new boolean[] {i % 2 == 0, i % 2 != 0}) {
        (on ? traced : plain).add(Bench.enqueue(on ? tracing : config, queue(), jobs));
      }
    }
    add("enqueue traced at 10%, jobs/s", traced, plain, "");
  }

  private void backlog(int warm, int jobs, int runs, String endpoint) throws Exception {
    List<Figures> plain = new ArrayList<>();
    List<Figures> traced = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      for (boolean on : new boolean[] {i % 2 == 0, i % 2 != 0}) {
        (on ? traced : plain).add(drain(warm, jobs, endpoint, on));
      }
    }
    long lost = traced.stream().mapToLong(Figures::lostSpans).sum();
    results.cost("backlog traced at 10%, jobs/s", traced, plain, ", " + lost + " spans lost");
  }

  private void add(String name, List<Double> traced, List<Double> plain, String more) {
    double on = Results.median(traced);
    double off = Results.median(plain);
    String cost = "beside it without traces; they cost %.1f %%".formatted(100 * (1 - on / off));
    results.add(name, on, off, cost + more);
  }

  /**
   * Jobs that a traced producer sent, so that their contexts say which are recorded; by a worker
   * that records them or not.
   */
  private Figures drain(int warm, int jobs, String endpoint, boolean traced) throws Exception {
    String queue = queue();
    TasksConfig config = TasksConfig.of(bootstrap);
    double unused = Bench.enqueue(config.telemetry(tracing(WARM_RATE, endpoint)), queue, warm);
    double unusedToo = Bench.enqueue(config.telemetry(tracing(RATE, endpoint)), queue, jobs);
    List<String> tracing = traced ? List.of(Double.toString(RATE), endpoint) : List.of();
    try (Fork fork = BenchWorker.fork(bootstrap, queue, warm, jobs, 100, 0, tracing)) {
      return Figures.of(fork);
    }
  }

  private static TracingConfig tracing(double rate, String endpoint) {
    return TracingConfig.service("bench")
        .samplingRate(rate)
        .exporters(TraceExporter.otlp(endpoint));
  }

  private String queue() {
    String name = "traced-" + ++queues;
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(name).concurrency(100).build());
    }
    return name;
  }
}
