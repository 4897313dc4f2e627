package io.clusterdb.tasks.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * An order with branches, a join, a fan-out, a nap and a run inside, and the worker of its steps,
 * which can be killed: {@code BOOTSTRAP SESSION_MS}; prints a line when ready.
 */
public final class WorkflowSteps {
  public static final String QUEUE = "steps";

  /** Tasks before each task. */
  public static final Map<String, List<String>> DEPENDENCIES =
      Map.of(
          "reserve", List.of("validate"),
          "charge", List.of("validate"),
          "pack", List.of("reserve", "charge"),
          "nap", List.of("charge"),
          "ship", List.of("pack", "nap"));

  private WorkflowSteps() {}

  public static Workflow parcel() {
    return Workflow.named("parcel").task(WorkflowTask.named("carry").queue(QUEUE));
  }

  public static Workflow order() {
    Task undo = Task.of("undo").queue(QUEUE);
    return Workflow.named("order")
        .task(WorkflowTask.named("validate").queue(QUEUE).compensateWith(undo))
        .task(WorkflowTask.named("reserve").queue(QUEUE).dependsOn("validate").compensateWith(undo))
        .task(WorkflowTask.named("charge").queue(QUEUE).dependsOn("validate").compensateWith(undo))
        .task(
            WorkflowTask.named("pack")
                .queue(QUEUE)
                .payload("{{item}}")
                .dependsOn("reserve", "charge")
                .forEach(ForEach.of("{{input.items}}").concurrency(2))
                .compensateWith(undo))
        .task(WorkflowTask.named("nap").dependsOn("charge").sleep(Duration.ofMillis(50)))
        .task(WorkflowTask.named("ship").dependsOn("pack", "nap").workflow("parcel"));
  }

  public static Object input(int number) {
    return Map.of("n", number, "items", List.of("a", "b", "c"));
  }

  /** How a run ends, by the number in its id, which that of a run inside has too. */
  public static RunState end(String id) {
    boolean inside = id.endsWith(".ship");
    int number = Integer.parseInt(id.replaceAll("\\D", "")) % 10;
    if (number == 7) {
      return inside ? RunState.FAILED : RunState.COMPENSATED;
    }
    return number == 3 && !inside ? RunState.COMPENSATED : RunState.SUCCEEDED;
  }

  /** How many runs there are of so many orders: one that does not get so far has none inside. */
  public static int runs(int orders) {
    return 2 * orders - (orders + 6) / 10;
  }

  public static Processor start(Tasks tasks) {
    return Processor.on(tasks)
        .queue(QUEUE)
        .concurrency(20)
        .handler("validate", JsonNode.class, (input, job) -> input)
        .handler("reserve", JsonNode.class, (input, job) -> "seat")
        .handler("charge", JsonNode.class, (input, job) -> unless(input, 3))
        .handler("pack", JsonNode.class, (input, job) -> input)
        .handler("carry", JsonNode.class, (input, job) -> unless(input, 7))
        .handler("undo", JsonNode.class, (input, job) -> null)
        .start();
  }

  private static JsonNode unless(JsonNode input, int unlucky) {
    if (input.path("n").intValue() % 10 == unlucky) {
      throw new NamedFailure("Unlucky", "this one fails");
    }
    return input;
  }

  public static void main(String[] arguments) throws Exception {
    try (Tasks tasks = Tasks.connect(WorkflowProcess.config(arguments[0], arguments[1]));
        Processor processor = start(tasks)) {
      processor.awaitReady(Duration.ofSeconds(60));
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }
}
