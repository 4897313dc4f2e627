package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Retries of a task's job, a failure that a run survives, and a run that is let go on. */
public final class WorkflowRetries {
  private WorkflowRetries() {}

  static final class TransientError extends Exception {
    private static final long serialVersionUID = 1L;

    TransientError(String message) {
      super(message);
    }
  }

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("delivery");
      AtomicBoolean shopOpen = new AtomicBoolean();
      RetryPolicy soon = RetryPolicy.fixed(Duration.ofMillis(200));
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(name)
                  .task(
                      WorkflowTask.named("pay")
                          .retry(soon.maxAttempts(3).onErrors("TransientError"))
                          .handler(
                              (order, job) -> {
                                if (job.job().attempt() < 3) {
                                  throw new TransientError("the bank is busy");
                                }
                                return job.job().attempt();
                              }))
                  .task(
                      WorkflowTask.named("mail")
                          .onFailure(OnFailure.CONTINUE)
                          .retry(RetryPolicy.none())
                          .handler(
                              (order, job) -> {
                                throw new IllegalStateException("the address is wrong");
                              }))
                  .task(
                      WorkflowTask.named("ship")
                          .dependsOn("pay", "mail")
                          .retry(RetryPolicy.none())
                          .handler(
                              (order, job) -> {
                                if (!shopOpen.get()) {
                                  throw new IllegalStateException("the shop is closed");
                                }
                                return "shipped";
                              }))
                  .outputs(
                      Map.of(
                          "attempts", "{{tasks.pay.output}}",
                          "mail", "{{tasks.mail.error.message}}",
                          "ship", "{{tasks.ship.output}}")));

      WorkflowRun run = tasks.workflows().execute(WorkflowExecution.of(name));
      WorkflowResult first = run.result(Duration.ofSeconds(60));
      check(first.state() == RunState.FAILED, "the run failed: %s".formatted(first.error()));

      shopOpen.set(true);
      tasks.workflows().retryFrom(run.id(), null);
      WorkflowResult second = tasks.workflows().run(run.id()).result(Duration.ofSeconds(60));
      check(second.succeeded(), "let go on from what failed, it succeeded");
      check(
          String.valueOf(second.output()).contains("\"attempts\":3"),
          "its payment took three attempts, once: %s".formatted(second.output()));
    }
  }
}
