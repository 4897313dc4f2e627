package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task for each element of a list, a task under a condition, and a workflow as a task. */
public final class WorkflowFanOut {
  private WorkflowFanOut() {}

  record Total(int total, @Nullable String warning) {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String square = Playground.unique("square");
      String sum = Playground.unique("sum");
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(square)
                  .task(
                      WorkflowTask.named("multiply")
                          .handler(Integer.class, (number, job) -> number * number)));
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(sum)
                  .task(
                      WorkflowTask.named("squares")
                          .workflow(square, null, "{{item}}")
                          .forEach(ForEach.of("{{input.numbers}}").concurrency(2)))
                  .task(
                      WorkflowTask.named("warn")
                          .dependsOn("squares")
                          .when("{{input.limit}} < 10")
                          .handler((input, job) -> "the limit is small"))
                  .task(
                      WorkflowTask.named("add")
                          .dependsOn("squares", "warn")
                          .payload("{{tasks.squares.output}}")
                          .handler(
                              Integer[].class,
                              (numbers, job) ->
                                  List.of(numbers).stream().mapToInt(each -> each).sum()))
                  .outputs(
                      Map.of(
                          "total", "{{tasks.add.output}}",
                          "warning", "{{tasks.warn.output}}")));

      WorkflowResult result =
          tasks
              .workflows()
              .execute(
                  WorkflowExecution.of(sum)
                      .input(Map.of("numbers", List.of(1, 2, 3, 4), "limit", 100)))
              .result(Duration.ofSeconds(60));
      Total total = result.outputAs(Total.class);
      check(total != null && total.total() == 30, "1 + 4 + 9 + 16 is " + result.output());
      check(
          total != null && total.warning() == null,
          "the task whose condition did not hold was left out");
    }
  }
}
