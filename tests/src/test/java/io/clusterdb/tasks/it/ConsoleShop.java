package io.clusterdb.tasks.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A platform on which a shop's jobs go on, some of which fail until the bank is well. */
final class ConsoleShop implements AutoCloseable {
  static final String ORDERS = "orders";
  static final String EMAILS = "emails";
  static final String REPORTS = "reports";
  private static final Duration PAUSE = Duration.ofMillis(100);

  final EmbeddedPlatform platform;
  final Tasks tasks;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Thread traffic;
  private volatile boolean bankIsWell;

  ConsoleShop() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    open.add(platform);
    tasks = platform.tasks();
    tasks
        .queues()
        .createQueue(
            Queue.named(ORDERS)
                .priorities(Priority.HIGH, Priority.NORMAL)
                .retry(RetryPolicy.fixed(Duration.ofMillis(300)).maxAttempts(2))
                .build());
    tasks.queues().createQueue(Queue.named(EMAILS).build());
    tasks.queues().createQueue(Queue.named(REPORTS).build());
    workflows();
    schedules();
    open.add(orders());
    open.add(emails());
    traffic = Thread.ofVirtual().start(this::traffic);
  }

  private Processor orders() {
    return Processor.on(tasks)
        .queue(ORDERS)
        .handler("charge-card", JsonNode.class, (order, job) -> charge(order))
        .handler("validate-order", JsonNode.class, (order, job) -> Map.of("amount", 42))
        .handler("reserve-stock", JsonNode.class, (order, job) -> Map.of("shelf", "B-17"))
        .handler("check-fraud", JsonNode.class, (order, job) -> Map.of("score", 0.02))
        .handler("ship-order", JsonNode.class, (order, job) -> ship(order))
        .start();
  }

  private Processor emails() {
    return Processor.on(tasks)
        .queue(EMAILS)
        .handler("send-email", JsonNode.class, (mail, job) -> mail)
        .start();
  }

  private Map<String, String> charge(JsonNode order) {
    if (!bankIsWell) {
      throw new NamedFailure(
          "CardDeclined", "the bank declined order " + order.path("order").asText());
    }
    return Map.of("receipt", "R-" + order.path("order").asText());
  }

  private Map<String, String> ship(JsonNode order) {
    if (order.path("order").asText().startsWith("lost") && !bankIsWell) {
      throw new NamedFailure("OutOfStock", "nothing left for " + order.path("order").asText());
    }
    return Map.of("parcel", "P-" + order.path("order").asText());
  }

  private void workflows() {
    tasks
        .workflows()
        .createWorkflow(
            Workflow.named("order-processing")
                .task(WorkflowTask.named("validate-order").queue(ORDERS))
                .task(WorkflowTask.named("reserve-stock").queue(ORDERS).dependsOn("validate-order"))
                .task(WorkflowTask.named("check-fraud").queue(ORDERS).dependsOn("validate-order"))
                .task(
                    WorkflowTask.named("approval")
                        .dependsOn("check-fraud")
                        .waitFor("approved")
                        .timeout(Duration.ofMinutes(10)))
                .task(
                    WorkflowTask.named("ship-order")
                        .queue(ORDERS)
                        .dependsOn("reserve-stock", "approval")));
  }

  private void schedules() {
    tasks
        .schedules()
        .configure(
            ScheduledTask.named("nightly-report")
                .schedule(Schedule.cron("0 3 * * *"))
                .task(Task.of("send-email").queue(EMAILS)));
    tasks
        .schedules()
        .configure(
            ScheduledTask.named("refresh-prices")
                .schedule(Schedule.cron("*/20 * * * *"))
                .task(Task.of("send-email").queue(EMAILS)));
  }

  /** Lets charges succeed from now on. */
  void healBank() {
    bankIsWell = true;
  }

  /** Lets charges fail from now on. */
  void breakBank() {
    bankIsWell = false;
  }

  /** Enqueues an order that is charged. */
  void order(String id) {
    tasks
        .queues()
        .enqueue(
            Job.of("charge-card", Map.of("order", id, "amount", 42, "currency", "EUR"))
                .id(id)
                .queue(ORDERS)
                .priority(Priority.HIGH)
                .metadata("source", "web")
                .build());
  }

  private void traffic() {
    try {
      for (int i = 0; ; i++) {
        Job mail =
            Job.of("send-email", Map.of("to", "ada@example.com", "n", i)).queue(EMAILS).build();
        tasks.queues().enqueue(mail);
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws Exception {
    traffic.interrupt();
    traffic.join();
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }
}
