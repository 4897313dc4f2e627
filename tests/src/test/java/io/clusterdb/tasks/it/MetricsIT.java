package io.clusterdb.tasks.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkerState;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.metrics.PlatformMetric;
import io.clusterdb.tasks.metrics.QueueMetric;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code /metrics} shows of a platform on which everything happens once. */
class MetricsIT {
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static EmbeddedPlatform platform;
  private static Processor processor;

  @BeforeAll
  static void start() throws InterruptedException {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    Tasks tasks = platform.tasks();
    RetryPolicy twice = RetryPolicy.linear(ofMillis(10), ofMillis(10)).maxAttempts(2);
    tasks
        .queues()
        .createQueue(
            Queue.named("default")
                .retry(twice)
                .rateLimit(RateLimit.perSecond(1_000).burst(1))
                .middleware(Middleware.metrics("mails", Map.of("team", "a \"b\"\nc")))
                .build());
    processor =
        Processor.on(tasks)
            .queue("default")
            .handler("Ok", Object.class, (any, context) -> "done")
            .handler(
                "Fail",
                Object.class,
                (any, context) -> {
                  throw new IllegalStateException("no");
                })
            .handler(
                "Drop",
                Object.class,
                (any, context) -> {
                  throw new Discard("not wanted");
                })
            .handler(
                "Slow",
                Object.class,
                (any, context) -> {
                  Thread.sleep(1_500); // beyond the next time of its schedule
                  return null;
                })
            .handler(
                "Refuse",
                Object.class,
                (any, context) -> {
                  throw new PermanentFailure("never");
                })
            .start();
    assertThat(processor.awaitReady(ofSeconds(30))).isTrue();
  }

  @AfterAll
  static void stop() {
    processor.close();
    platform.close();
    CLIENT.close();
  }

  @Test
  void everyMetricOfTheListIsShownAndNoOther() throws Exception {
    everythingHappens(platform.tasks());
    Set<PlatformMetric> expected = new HashSet<>(PlatformMetric.all());
    expected.remove(QueueMetric.TRANSACTION_OPEN_AGE); // there is none, which is well
    Set<String> names = new TreeSet<>();
    expected.forEach(metric -> names.add(metric.prometheus()));
    await().atMost(ofSeconds(40)).untilAsserted(() -> assertThat(shown()).containsAll(names));
    Set<String> others = shown();
    others.removeAll(names);
    assertThat(others)
        .allMatch(name -> name.matches("(kafka|jvm|process|system)_.*|mails_.*|.*_max"));
  }

  @Test
  void whatAWorkerSettledIsCounted() throws Exception {
    platform.tasks().queues().enqueue(Job.of("Refuse", "x").queue("default").build());
    String dead = "jobs_dead_lettered_total{queue=\"default\",type=\"Refuse\"} ";
    await().atMost(ofSeconds(20)).until(() -> scrape().contains(dead));
    assertThat(scrape())
        .contains(
            "job_duration_seconds_count{outcome=\"dead_lettered\",queue=\"default\",type=\"Refuse\"}")
        .contains("worker_partitions{queue=\"default\"} ")
        .contains("mails_attempt_duration_seconds_count{outcome=")
        .contains("team=\"a \\\"b\\\"\\nc\"");
  }

  @Test
  void aWorkerSaysThatItWorks() {
    await()
        .atMost(ofSeconds(20))
        .untilAsserted(
            () -> assertThat(processor.states()).isEqualTo(Map.of("default", WorkerState.WORKING)));
  }

  @Test
  void theAgeOfTheOldestJobGrowsWhileItWaits() {
    Tasks tasks = platform.tasks();
    tasks.queues().createQueue(Queue.named("asleep").partitions(2).build());
    tasks.queues().enqueue(Job.of("Ok", "x").queue("asleep").build());
    Pattern age = Pattern.compile("queue_oldest_age_seconds\\{queue=\"asleep\"} ([0-9.]+)");
    // Samples are some seconds apart, so this takes more than one.
    await()
        .atMost(ofSeconds(40))
        .until(
            () -> {
              Matcher found = age.matcher(scrape());
              return found.find() && Double.parseDouble(found.group(1)) > 6;
            });
  }

  private static void everythingHappens(Tasks tasks) {
    tasks.configureMonitoring(
        MetricsConfig.with()
            .alerts(AlertConfig.queueThreshold(1_000).errorThreshold(0.01).after(Duration.ZERO)));
    for (String type : new String[] {"Ok", "Fail", "Refuse", "Drop"}) {
      tasks.queues().enqueue(Job.of(type, "x").queue("default").build());
    }
    Job later = Job.of("Ok", "x").queue("default").schedule(Schedule.after(ofMillis(300))).build();
    tasks.queues().enqueue(later);
    tasks.configureScheduler(
        Scheduler.inZone("UTC")
            .metrics(true)
            .task(
                ScheduledTask.named("often")
                    .schedule(Schedule.every(ofSeconds(1)))
                    .exclusive()
                    .task(Task.of("Slow").payload("x").queue("default"))));
    tasks
        .workflows()
        .createWorkflow(
            Workflow.named("order")
                .version("1")
                .task(
                    WorkflowTask.named("pay")
                        .type("Ok")
                        .compensateWith(Task.of("Ok").payload("x").queue("default")))
                .task(WorkflowTask.named("ship").type("Refuse").dependsOn("pay")));
    tasks.workflows().execute(WorkflowExecution.of("order").version("1").input("x"));
  }

  /** Names as {@code # TYPE} has them, without what a histogram has beside its buckets. */
  private static Set<String> shown() throws Exception {
    Set<String> names = new TreeSet<>();
    Matcher types = TYPE.matcher(scrape());
    while (types.find()) {
      names.add(types.group(1));
    }
    return names;
  }

  private static String scrape() throws Exception {
    URI address = platform.api().resolve("/metrics");
    HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
