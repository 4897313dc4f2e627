package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowAction.RunJob;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTask.InlineHandler;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the inline handlers of workflows in processors on the connection that creates them, one for
 * each workflow. They have a queue of their own: the workers of a queue share its jobs, so each of
 * them must know every type. Thread-safe.
 */
final class InlineHandlers {
  private final Tasks tasks;
  private final Map<String, Processor> running = new HashMap<>();

  InlineHandlers(Tasks tasks) {
    this.tasks = tasks;
  }

  /** The workflow with types and queues in place of handlers. */
  static Workflow named(Workflow workflow) {
    return workflow.tasks(
        workflow.tasks().stream()
            .map(task -> task.handler() == null ? task : named(workflow, task))
            .toList());
  }

  private static WorkflowTask named(Workflow workflow, WorkflowTask task) {
    if (!(task.action() instanceof RunJob run)) {
      return task; // The check refuses it.
    }
    Task job = run.task();
    String queue = job.queue() == null ? queue(workflow) : job.queue();
    return task.type(type(workflow, task)).queue(queue);
  }

  private static String type(Workflow workflow, WorkflowTask task) {
    return workflow.name() + "/" + task.name();
  }

  private static String queue(Workflow workflow) {
    String name = "workflow-" + workflow.name().toLowerCase(Locale.ROOT);
    return name.substring(0, Math.min(name.length(), 120));
  }

  /** Starts the handlers of a workflow instead of those that it had. */
  synchronized void start(Workflow workflow) {
    Map<String, InlineHandler<?>> handlers = new HashMap<>();
    Workflow named = named(workflow);
    for (WorkflowTask task : workflow.tasks()) {
      if (task.handler() != null) {
        handlers.put(type(workflow, task), task.handler());
      }
    }
    if (handlers.isEmpty()) {
      return;
    }
    Processor.Builder builder = Processor.on(tasks);
    named.tasks().stream()
        .filter(task -> task.handler() != null && task.action() instanceof RunJob)
        .map(task -> String.valueOf(((RunJob) task.action()).task().queue()))
        .distinct()
        .forEach(
            queue -> {
              ensure(queue);
              builder.queue(queue);
            });
    handlers.forEach((type, handler) -> add(builder, type, handler));
    Processor before = running.put(workflow.name(), builder.start());
    if (before != null) {
      before.close();
    }
  }

  private void ensure(String queue) {
    if (tasks.queues().getQueue(queue).isEmpty()) {
      tasks.queues().createQueue(Queue.named(queue).build());
    }
  }

  private static <T> void add(Processor.Builder builder, String type, InlineHandler<T> handler) {
    builder.handler(type, handler.payload(), handler.handler());
  }
}
