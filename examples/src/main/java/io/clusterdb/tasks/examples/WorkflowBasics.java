package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.Map;

/** A graph of tasks: two run beside each other, a third joins what they return. */
public final class WorkflowBasics {
  private WorkflowBasics() {}

  record Order(String id, int amount) {}

  record Offer(String order, int net, int left, String note) {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("quote");
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(name)
                  .task(
                      WorkflowTask.named("price")
                          .handler(Order.class, (order, job) -> Map.of("net", order.amount() * 2)))
                  .task(WorkflowTask.named("stock").handler((order, job) -> 7))
                  .task(
                      WorkflowTask.named("offer")
                          .dependsOn("price", "stock")
                          .payload(
                              Map.of(
                                  "order", "{{input.id}}",
                                  "net", "{{tasks.price.output.net}}",
                                  "left", "{{tasks.stock.output}}",
                                  "note", "{{context.source}} asks in run {{workflow.id}}"))
                          .handler((offer, job) -> offer)));

      WorkflowResult result =
          tasks
              .workflows()
              .execute(
                  WorkflowExecution.of(name)
                      .input(new Order("o-1", 21))
                      .context(Map.of("source", "shop")))
              .result(Duration.ofSeconds(60));
      check(result.succeeded(), "the run succeeded with %s".formatted(result.output()));
      Offer offer = result.outputAs(Offer.class);
      check(
          offer != null && offer.net() == 42 && offer.left() == 7,
          "numbers stayed numbers on their way through the templates");
    }
  }
}
