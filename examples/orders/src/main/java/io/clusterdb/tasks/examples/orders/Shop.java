package io.clusterdb.tasks.examples.orders;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import java.util.Map;

/**
 * The background work of the shop: its queues, its workflow, its schedule, and the code that runs.
 *
 * <p>{@link #define} may be called by every instance at each start: what exists as it is said stays
 * as it is. {@link #start} may run on as many instances as there is work for.
 */
final class Shop {
  /** The workflow that an order goes through. */
  static final String ORDER = "order";

  private static final String ORDERS = "orders";
  private static final String MAILS = "mails";

  private final Warehouse warehouse;
  private final Bank bank;
  private final Mailbox mailbox;

  Shop(Warehouse warehouse, Bank bank, Mailbox mailbox) {
    this.warehouse = warehouse;
    this.bank = bank;
    this.mailbox = mailbox;
  }

  /** What a confirmation says. */
  record Confirmation(String order, String parcel) {}

  static void define(Tasks tasks) {
    tasks.queues().createQueue(Queue.named(ORDERS).concurrency(20).timeout(ofMinutes(1)).build());
    tasks
        .queues()
        .createQueue(
            Queue.named(MAILS)
                .rateLimit(RateLimit.perSecond(50).burst(10)) // what the mail service allows
                .retry(RetryPolicy.exponential(ofSeconds(1), ofMinutes(5), 2).maxAttempts(8))
                .build());
    tasks.workflows().createWorkflow(order());
    tasks.configureScheduler(
        Scheduler.inZone("Europe/Berlin")
            .task(
                ScheduledTask.named("stock-report")
                    .schedule(Schedule.cron("0 6 * * *"))
                    .task(Task.of("StockReport").queue(MAILS))
                    .exclusive()));
  }

  private static Workflow order() {
    RetryPolicy whileBusy =
        RetryPolicy.exponential(ofMillis(200), ofSeconds(30), 2)
            .maxAttempts(5)
            .onErrors("TransientError");
    return Workflow.named(ORDER)
        .version("1.0")
        .timeout(ofMinutes(30))
        .task(step("reserve", "ReserveStock").compensateWith(undo("ReleaseStock")))
        .task(
            step("pay", "TakePayment")
                .dependsOn("reserve")
                .retry(whileBusy)
                .compensateWith(undo("RefundPayment")))
        .task(step("ship", "ShipOrder").dependsOn("pay"))
        .task(
            WorkflowTask.named("confirm")
                .type("SendConfirmation")
                .queue(MAILS)
                .dependsOn("ship")
                .onFailure(OnFailure.CONTINUE) // a lost mail takes no parcel back
                .payload(Map.of("order", "{{input.id}}", "parcel", "{{tasks.ship.output}}")))
        .outputs(Map.of("parcel", "{{tasks.ship.output}}"));
  }

  private static WorkflowTask step(String name, String type) {
    return WorkflowTask.named(name).type(type).queue(ORDERS).retry(RetryPolicy.none());
  }

  private static Task undo(String type) {
    return Task.of(type).queue(ORDERS).payload("{{input}}");
  }

  /** Begins to work, in this process. */
  Processor start(Tasks tasks) {
    return Processor.on(tasks)
        .queue(ORDERS)
        .action("ReserveStock", Order.class, (order, job) -> warehouse.reserve(order))
        .action("ReleaseStock", Order.class, (order, job) -> warehouse.release(order))
        .action("TakePayment", Order.class, (order, job) -> bank.pay(order))
        .action("RefundPayment", Order.class, (order, job) -> bank.refund(order))
        .handler("ShipOrder", Order.class, (order, job) -> warehouse.ship(order))
        .queue(MAILS)
        .action("SendConfirmation", Confirmation.class, (mail, job) -> confirm(mail))
        .action("StockReport", Object.class, (none, job) -> report(job.job().id().toString()))
        .start();
  }

  private void confirm(Confirmation mail) {
    mailbox.send(
        mail.order(), "Order %s is on its way in %s.".formatted(mail.order(), mail.parcel()));
  }

  private void report(String job) {
    mailbox.send(job, "In stock: " + warehouse.stock());
  }
}
