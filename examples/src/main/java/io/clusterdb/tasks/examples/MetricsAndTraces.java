package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/**
 * What a connection measures goes to your own registry of Micrometer, and what a handler logs has
 * its trace. The exporter here writes spans to the log; {@code TraceExporter.otlp()} sends them.
 */
public final class MetricsAndTraces {
  private static final int PATIENCE_SECONDS = 60;

  private MetricsAndTraces() {}

  public static void main(String[] args) throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(TasksConfig.of(playground.bootstrap()), registry)) {
      tasks.configureTelemetry(
          TracingConfig.service("shop").samplingRate(1).exporters(TraceExporter.log()));
      String queue = Playground.unique("invoices");
      tasks.queues().createQueue(Queue.named(queue).build());

      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler(
                  "print",
                  String.class,
                  (invoice, context) -> Objects.requireNonNullElse(MDC.get("trace_id"), ""))
              .start()) {
        show("Processor %s runs.".formatted(processor.instanceId()));

        TaskResult printed = tasks.tasks().executeTask(Task.of("print").queue(queue).payload("7"));
        String trace = Objects.requireNonNull(printed.resultAs(String.class), "trace");
        check(trace.matches("[0-9a-f]{32}"), "what its handler logs has trace %s".formatted(trace));
        check(attempts(registry, queue) == 1, "the attempt is in job.duration of the registry");
      }
    }
  }

  /** An outcome is counted once it is on the log, a moment after its caller has heard of it. */
  private static long attempts(SimpleMeterRegistry registry, String queue)
      throws InterruptedException {
    for (int tenth = 0; tenth < PATIENCE_SECONDS * 10; tenth++) {
      Timer timer = registry.find("job.duration").tag("queue", queue).timer();
      if (timer != null && timer.count() > 0) {
        return timer.count();
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return 0;
  }
}
