package io.clusterdb.tasks.bench;

import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
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
  private static final int ENQUEUED = 400_000;
  private static final int ENQUEUE_RUNS = 5;

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
      enqueue(Math.min(jobs, ENQUEUED), Math.min(runs, ENQUEUE_RUNS), endpoint);
      new Turns(bootstrap, results)
          .measure(
              "backlog traced at 10%, jobs/s",
              endpoint, (queue, count) -> fill(queue, count, endpoint), warm, jobs, runs);
    } finally {
      collector.stop(0);
    }
  }

  private void enqueue(int jobs, int runs, String endpoint) {
    List<Double> plain = new ArrayList<>();
    List<Double> traced = new ArrayList<>();
    TasksConfig config = TasksConfig.of(bootstrap);
    TasksConfig tracing = config.telemetry(TurnsWorker.tracing(endpoint));
    for (int i = 0; i < runs; i++) {
      for (boolean on : new boolean[] {i % 2 == 0, i % 2 != 0}) {
        (on ? traced : plain).add(Bench.enqueue(on ? tracing : config, queue(), jobs));
      }
    }
    add("enqueue traced at 10%, jobs/s", traced, plain, "");
  }

  /** The contexts of these jobs say which of them are recorded. */
  private void fill(String queue, int count, String endpoint) {
    double unused =
        Bench.enqueue(
            TasksConfig.of(bootstrap).telemetry(TurnsWorker.tracing(endpoint)), queue, count);
  }

  private void add(String name, List<Double> traced, List<Double> plain, String more) {
    double on = Results.median(traced);
    double off = Results.median(plain);
    String cost = "beside it without traces; they cost %.1f %%".formatted(100 * (1 - on / off));
    results.add(name, on, off, cost + more);
  }

  private String queue() {
    String name = "traced-" + ++queues;
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(name).concurrency(100).build());
    }
    return name;
  }
}
