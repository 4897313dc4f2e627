package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What fails is tried again after a wait; what cannot succeed is a dead letter, with its reason.
 */
public final class RetriesAndDeadLetters {
  private RetriesAndDeadLetters() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("payments");
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .retry(
                      RetryPolicy.exponential(Duration.ofMillis(200), Duration.ofSeconds(2), 2)
                          .jitter(0.1)
                          .maxAttempts(3)
                          .neverOn("CardDeclined"))
                  .build());

      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler(
                  "flaky",
                  String.class,
                  (payload, context) -> {
                    if (context.job().attempt() < 3) {
                      throw new NamedFailure("TransientError", "the bank is busy");
                    }
                    return "paid";
                  })
              .handler(
                  "patient",
                  String.class,
                  (payload, context) -> {
                    if (context.job().attempt() == 1) {
                      throw new RetryAfter(Duration.ofSeconds(1), "the bank asks for a second");
                    }
                    return "paid";
                  })
              .action(
                  "broken",
                  String.class,
                  (payload, context) -> {
                    throw new IllegalStateException("no such account");
                  })
              .action(
                  "hopeless",
                  String.class,
                  (payload, context) -> {
                    throw new PermanentFailure("the account was closed");
                  })
              .action(
                  "declined",
                  String.class,
                  (payload, context) -> {
                    throw new NamedFailure("CardDeclined", "no funds");
                  })
              .start()) {
        show("Processor %s runs.".formatted(processor.instanceId()));

        TaskResult flaky = run(tasks, queue, "flaky");
        check(flaky.succeeded() && flaky.attempts() == 3, "flaky succeeded on its third attempt");
        TaskResult patient = run(tasks, queue, "patient");
        check(patient.succeeded() && patient.attempts() == 2, "patient waited as it asked to");
        TaskResult broken = run(tasks, queue, "broken");
        check(dead(broken, 3), "broken is dead after 3 attempts: %s".formatted(broken.failure()));
        TaskResult hopeless = run(tasks, queue, "hopeless");
        check(dead(hopeless, 1), "hopeless is dead at once: %s".formatted(hopeless.failure()));
        TaskResult declined = run(tasks, queue, "declined");
        check(
            dead(declined, 1),
            "the policy never retries CardDeclined: %s".formatted(declined.failure()));
      }

      Map<String, String> letters = deadLetters(playground.bootstrap(), queue);
      check(
          letters.keySet().equals(Set.of("broken", "hopeless", "declined")),
          "the dead letter topic holds them, with the reason in its headers: %s"
              .formatted(letters));
    }
  }

  private static TaskResult run(Tasks tasks, String queue, String type) {
    return tasks
        .tasks()
        .executeTask(Task.of(type).queue(queue).payload("order-1"), Duration.ofMinutes(1));
  }

  private static boolean dead(TaskResult result, int attempts) {
    return result.state() == JobState.DEAD && result.attempts() == attempts;
  }

  /** Error types by job type, read as any Kafka client can read them. */
  private static Map<String, String> deadLetters(String bootstrap, String queue) {
    TopicPartition topic = new TopicPartition(new TopicNames("tasks").deadLetters(queue), 0);
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    Map<String, String> letters = new TreeMap<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end =
          Objects.requireNonNull(consumer.endOffsets(List.of(topic)).get(topic), "end offset");
      while (consumer.position(topic) < end) {
        for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(Duration.ofSeconds(1))) {
          letters.put(
              header(letter, JobHeaders.TYPE),
              header(letter, JobHeaders.ERROR_TYPE)
                  + " on attempt "
                  + header(letter, JobHeaders.ATTEMPT));
        }
      }
    }
    return letters;
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    var header = letter.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
