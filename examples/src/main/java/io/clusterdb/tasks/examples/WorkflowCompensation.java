package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A saga: what was done is undone in reverse order when a later task fails. */
public final class WorkflowCompensation {
  private WorkflowCompensation() {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("trips");
      tasks.queues().createQueue(Queue.named(queue).build());
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(queue)
                  .task(step("flight", queue).compensateWith(undo("cancel-flight", queue)))
                  .task(
                      step("hotel", queue)
                          .dependsOn("flight")
                          .compensateWith(undo("cancel-hotel", queue)))
                  .task(step("car", queue).dependsOn("hotel")));

      List<String> done = new CopyOnWriteArrayList<>();
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action("flight", Map.class, (trip, job) -> done.add("flight"))
              .action("hotel", Map.class, (trip, job) -> done.add("hotel"))
              .action(
                  "car",
                  Map.class,
                  (trip, job) -> {
                    throw new PermanentFailure("no car is left");
                  })
              .action("cancel-flight", Map.class, (trip, job) -> done.add("cancel-flight"))
              .action("cancel-hotel", Map.class, (trip, job) -> done.add("cancel-hotel"))
              .start()) {
        Playground.show("Processor %s books trips.".formatted(processor.instanceId()));
        WorkflowRun run =
            tasks.workflows().execute(WorkflowExecution.of(queue).input(Map.of("trip", "t-1")));
        WorkflowResult result = run.result(Duration.ofSeconds(60));
        check(
            result.state() == RunState.COMPENSATED,
            "the run was undone because %s".formatted(result.error()));
        check(
            done.equals(List.of("flight", "hotel", "cancel-hotel", "cancel-flight")),
            "what was done last was undone first: %s".formatted(done));
        tasks
            .workflows()
            .logs(run.id())
            .forEach(
                event ->
                    Playground.show(
                        "  %s %s"
                            .formatted(event.kind(), event.task() == null ? "" : event.task())));
      }
    }
  }

  private static WorkflowTask step(String name, String queue) {
    return WorkflowTask.named(name).queue(queue);
  }

  private static Task undo(String type, String queue) {
    return Task.of(type).queue(queue).payload(Map.of("trip", "{{input.trip}}"));
  }
}
