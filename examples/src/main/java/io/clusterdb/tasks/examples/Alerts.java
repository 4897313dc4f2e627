package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** An alert on a queue that gets too long, which is over when a worker has emptied it. */
public final class Alerts {
  private static final int PATIENCE_SECONDS = 60;

  private Alerts() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("mails");
      tasks.queues().createQueue(Queue.named(queue).build());
      tasks.configureMonitoring(
          MetricsConfig.with("queue_depth", "error_rate")
              .alerts(
                  AlertConfig.queueThreshold(1_000)
                      .errorThreshold(0.01)
                      .after(Duration.ofSeconds(1)) // a minute is the default
                      .resolveAfter(Duration.ofSeconds(1)) // two are
                      .queue(queue, AlertLimits.NONE.queueThreshold(100))));

      tasks
          .queues()
          .enqueue(
              IntStream.range(0, 150)
                  .mapToObj(i -> Job.of("Send", i).queue(queue).build())
                  .toList());
      Alert alert = awaitState(tasks, queue, Alert.State.FIRING);
      show("%s. %s".formatted(alert.summary(), alert.next()));
      check(alert.value() > 100, "it fired at %.0f jobs".formatted(alert.value()));

      try (Processor worker =
          Processor.on(tasks)
              .queue(queue)
              .action("Send", Integer.class, (number, context) -> {})
              .start()) {
        Alert over = awaitState(tasks, queue, Alert.State.RESOLVED);
        check(
            over.id().equals(alert.id()),
            "it was over once %s had sent the mails".formatted(worker.instanceId()));
      }
    }
  }

  private static Alert awaitState(Tasks tasks, String queue, Alert.State state)
      throws InterruptedException {
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      for (Alert alert : tasks.alerts()) {
        if (alert.queue().equals(queue) && alert.state() == state) {
          return alert;
        }
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IllegalStateException("no alert is " + state);
  }
}
