package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the console costs where the tracker knows many jobs: {@code -Dconsole.jobs=1000000} and some
 * minutes. Of a hundred jobs five are dead letters and ten wait. The orchestrator is a process of
 * its own with the heap that ships, so that what it uses is told apart.
 */
class ConsoleSizeIT {
  private static final int JOBS = Integer.getInteger("console.jobs", 0);
  private static final int WATCHERS = 10;
  private static final Duration WINDOW = Duration.ofSeconds(JOBS < 100_000 ? 15 : 30);
  private static final int WINDOWS = 6;
  private static final int VISITS = 7;
  private static final List<String> POLLED =
      List.of(
          "/v1/history?minutes=15",
          "/health/ready",
          "/v1/alerts?state=FIRING",
          "/v1/executions?limit=8");

  @TempDir Path folder;

  private static Queue queue(String name) {
    return Queue.named(name).concurrency(100).build();
  }

  @Test
  void pagesAreFastAndWatchersCheap() throws Exception {
    Assumptions.assumeTrue(JOBS > 0, "asked for with -Dconsole.jobs=1000000 only");
    Path program = Browser.find().orElseThrow();
    List<String> heap = List.of("-Xmx512m", "-XX:+UseParallelGC");
    try (EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
        Tasks tasks = Tasks.connect(broker.bootstrap());
        JavaProcess orchestrator =
            JavaProcess.start(
                heap, OrchestratorProcess.class, broker.bootstrap(), folder.toString())) {
      String api = String.valueOf(orchestrator.nextLine());
      assertThat(api).as(orchestrator.errors()).startsWith("http://");
      fill(tasks);
      double idle = settled(orchestrator); // what it does after so many jobs is done
      double watched = watched(orchestrator, api);
      System.out.printf(
          "%,d jobs; the orchestrator uses %.2f %% of a core while nobody watches, and %.2f %% more"
              + " for %d watchers%n",
          JOBS, idle * 100, (watched - idle) * 100, WATCHERS);
      long overview = visits(program, api + "/console/", "#tail li, #tail .nothing");
      visits(program, api + "/console/#/jobs", "main tbody tr");
      visits(program, api + "/console/#/jobs?state=DEAD&queue=orders", "main tbody tr");
      visits(program, api + "/console/#/queues/emails", "#tail li, #tail .nothing");
      visits(program, api + "/console/#/dead/orders", "main tbody tr");
      assertThat(overview).as("first page, ms").isLessThan(500);
      assertThat(watched - idle).as("share of a core").isLessThan(0.03);
    }
  }

  private static void fill(Tasks tasks) throws InterruptedException {
    for (String name : List.of("emails", "orders", "reports")) {
      tasks.queues().createQueue(queue(name));
    }
    for (int i = 0; i < 7; i++) {
      tasks.queues().createQueue(queue("quiet-" + i));
    }
    long start = System.nanoTime();
    try (Processor unused =
        Processor.on(tasks)
            .queue("emails")
            .queue("orders")
            .handler("send-email", Map.class, (mail, job) -> null)
            .handler("charge-card", Map.class, ConsoleSizeIT::charge)
            .start()) {
      CompletableFuture<?>[] sent = new CompletableFuture<?>[1_000];
      for (int i = 0; i < JOBS; i++) {
        int at = i % sent.length;
        if (sent[at] != null) {
          sent[at].join();
        }
        sent[at] = tasks.queues().enqueueAsync(job(i));
      }
      CompletableFuture.allOf(sent).join();
      Awaitility.await()
          .atMost(Duration.ofMinutes(15))
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptionsInstanceOf(TasksException.class)
          .until(() -> tracked(tasks) == JOBS);
    }
    System.out.printf(
        "%,d jobs are tracked after %.0f s%n", JOBS, (System.nanoTime() - start) / 1e9);
  }

  private static Job job(int i) {
    return switch (i % 100) {
      case 0, 20, 40, 60, 80 ->
          Job.of("charge-card", Map.of("order", i)).id("order-" + i).queue("orders").build();
      case 5, 15, 25, 35, 45, 55, 65, 75, 85, 95 ->
          Job.of("monthly", Map.of("n", i)).id("report-" + i).queue("reports").build();
      default ->
          Job.of("send-email", Map.of("to", "ada@example.com"))
              .id("mail-" + i)
              .queue("emails")
              .build();
    };
  }

  private static Object charge(Map<?, ?> order, Object job) {
    throw new PermanentFailure("the bank declined order " + order.get("order"));
  }

  private static long tracked(Tasks tasks) {
    return tasks.queues().stats("emails").byState().getOrDefault(JobState.SUCCEEDED, 0L)
        + tasks.queues().stats("orders").byState().getOrDefault(JobState.DEAD, 0L)
        + tasks.queues().stats("reports").byState().getOrDefault(JobState.QUEUED, 0L);
  }

  /** What share of a core the process uses while this goes on. */
  private static double share(JavaProcess process, Callable<?> meanwhile) throws Exception {
    Duration before = used(process);
    long start = System.nanoTime();
    meanwhile.call();
    long left = WINDOW.toNanos() - (System.nanoTime() - start);
    TimeUnit.NANOSECONDS.sleep(left); // a window of time is what is measured
    return (double) used(process).minus(before).toNanos() / (System.nanoTime() - start);
  }

  /**
   * The share of a core once it falls no further: a process that has just begun to do something
   * compiles it for a while, which whoever watches for longer does not pay for.
   */
  private static double settled(JavaProcess process) throws Exception {
    double before = share(process, () -> null);
    for (int i = 1; i < WINDOWS; i++) {
      double now = share(process, () -> null);
      if (now > before - 0.003) {
        return Math.min(now, before);
      }
      before = now;
    }
    return before;
  }

  private static Duration used(JavaProcess process) {
    return ProcessHandle.of(process.pid())
        .flatMap(each -> each.info().totalCpuDuration())
        .orElseThrow();
  }

  /** Watchers as the overview is one: the live view, and what it asks for each ten seconds. */
  private static double watched(JavaProcess orchestrator, String api) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < WATCHERS; i++) {
        all.add(threads.submit(() -> watch(client, api)));
        all.add(threads.submit(() -> poll(client, api)));
      }
      double share = settled(orchestrator);
      assertThat(all).noneMatch(Future::isDone);
      threads.shutdownNow();
      client.shutdownNow();
      return share;
    }
  }

  private static Object watch(HttpClient client, String api)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/v1/live?events=true")).build();
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      return body.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static Object poll(HttpClient client, String api)
      throws IOException, InterruptedException {
    while (true) {
      for (String path : POLLED) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + path)).build();
        HttpResponse<Void> unused = client.send(request, HttpResponse.BodyHandlers.discarding());
      }
      TimeUnit.SECONDS.sleep(10); // as the page does
    }
  }

  /** Milliseconds from the address to what the page is about; the median of several visits. */
  private static long visits(Path program, String address, String shown) throws Exception {
    long[] millis = new long[VISITS];
    try (Browser browser = Browser.start(program)) {
      for (int i = 0; i < VISITS; i++) {
        browser.open("about:blank");
        browser.open(address);
        millis[i] =
            browser
                .eval(
                    """
                    new Promise(done => {
                      const look = () => document.querySelector(%s)
                        ? done(Math.round(performance.now())) : requestAnimationFrame(look);
                      look();
                    })
                    """
                        .formatted(Browser.js(shown)))
                .asLong();
      }
      browser.picture(
          Path.of("target", "console", "size-" + Integer.toHexString(address.hashCode()) + ".png"));
    }
    System.out.printf("%s: %s ms%n", address, Arrays.toString(millis));
    Arrays.sort(millis);
    return millis[VISITS / 2];
  }
}
