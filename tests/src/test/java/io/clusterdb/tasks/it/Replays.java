package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.workflow.topology.History;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Exports the history of every run of a platform and decides it again. */
final class Replays {
  private static final int AT_ONCE = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Replays() {}

  /**
   * Checks that the events of each run that has ended make its state, and that deciding it again
   * makes the same events and the same state.
   *
   * @return how many there were
   */
  static long everyRun(Tasks tasks) {
    WorkflowOracle oracle = WorkflowOracle.read(TasksRuntime.of(tasks));
    Map<String, Workflow> workflows =
        tasks.workflows().listWorkflows().stream()
            .collect(Collectors.toMap(Workflow::id, Function.identity()));
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Boolean>> checks =
          oracle.ids().stream()
              .map(id -> threads.submit(() -> isAsBefore(tasks, workflows, id, oracle)))
              .toList();
      long count = 0;
      for (Future<Boolean> check : checks) {
        count += check.get() ? 1 : 0;
      }
      return count;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof AssertionError failure ? failure : new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isAsBefore(
      Tasks tasks, Map<String, Workflow> workflows, String id, WorkflowOracle oracle) {
    List<WorkflowEvent> events = oracle.events(id);
    WorkflowEvent start = events.getFirst();
    Workflow workflow = workflows.get(start.getWorkflow() + "/" + start.getVersion());
    if (workflow == null || !oracle.ends().containsKey(id)) {
      return false; // deleted, or under way
    }
    // While a partition moves a standby answers, which may be behind the log, or nobody does yet.
    WorkflowStatus known =
        await()
            .atMost(PATIENCE)
            .pollDelay(Duration.ZERO)
            .ignoreExceptionsMatching(Replays::isToBeAskedAgain)
            .until(() -> tasks.workflows().status(id), status -> status.state().terminal());
    // As text, since one number has several types of node.
    assertThat(History.replay(workflow, events))
        .as("the events of %s", id)
        .hasToString(known.toString());
    assertThat(History.decideAgain(workflow, events))
        .as("%s decided again", id)
        .hasToString(known.toString());
    return true;
  }

  private static boolean isToBeAskedAgain(Throwable error) {
    return error instanceof TasksException e && e.code() == ErrorCode.UNREACHABLE;
  }
}
