package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Code of one's own around every handler: here it counts, lets tenants in, and adds to results. */
public final class CustomMiddleware {
  private CustomMiddleware() {}

  /** Counts attempts by type; a class, where middleware keeps something. */
  static final class Counting implements Middleware {
    private final Map<String, LongAdder> attempts = new ConcurrentHashMap<>();

    @Override
    public @Nullable Object handle(JobContext context, Next next) throws Exception {
      attempts.computeIfAbsent(context.job().type(), type -> new LongAdder()).increment();
      return next.run();
    }

    long of(String type) {
      LongAdder count = attempts.get(type);
      return count == null ? 0 : count.sum();
    }
  }

  /** Refuses jobs without a tenant; a method, where it keeps nothing. */
  static @Nullable Object requireTenant(JobContext context, Middleware.Next next) throws Exception {
    if (!context.job().metadata().containsKey("tenant")) {
      throw new PermanentFailure("the job names no tenant. Enqueue it with metadata \"tenant\".");
    }
    return next.run();
  }

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("reports");
      tasks.queues().createQueue(Queue.named(queue).build());

      Counting counting = new Counting();
      Middleware signature = (context, next) -> next.run() + ", signed";
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler("report", String.class, (month, context) -> "report of " + month)
              .middleware(counting, CustomMiddleware::requireTenant, signature)
              .start()) {
        show("Processor %s runs.".formatted(processor.instanceId()));

        Task report = Task.of("report").queue(queue).payload("May");
        TaskResult good = tasks.tasks().executeTask(report.metadata("tenant", "acme"));
        check(
            "report of May, signed".equals(good.resultAs(String.class)),
            "middleware changed the result: %s".formatted(good.result()));
        TaskResult bad = tasks.tasks().executeTask(report);
        check(
            bad.state() == JobState.DEAD, "middleware refused a job: %s".formatted(bad.failure()));
        check(counting.of("report") == 2, "middleware saw both attempts");
      }
    }
  }
}
