package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.AesGcmCipher;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import java.security.SecureRandom;

/** Payloads that only producers and handlers can read, and nobody in between. */
public final class SealedPayloads {
  private SealedPayloads() {}

  record Patient(String name, String diagnosis) {}

  public static void main(String[] args) {
    byte[] key = new byte[32]; // in earnest from a file or a key management service
    new SecureRandom().nextBytes(key);
    AesGcmCipher cipher = AesGcmCipher.of("2026-11", key);
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(TasksConfig.of(playground.bootstrap()).encryption(cipher))) {
      String queue = Playground.unique("records");
      tasks.queues().createQueue(Queue.named(queue).build());
      Patient patient = new Patient("Ann", "hay fever");

      byte[] record = tasks.queues().toRecord(Job.of("file", patient).queue(queue).build()).value();
      check(
          !new String(record, UTF_8).contains("hay fever"),
          "on Kafka the payload is %d sealed bytes".formatted(record.length));

      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler("file", Patient.class, (opened, context) -> opened.diagnosis())
              .start()) {
        show("Processor %s runs.".formatted(processor.instanceId()));

        TaskResult filed = tasks.tasks().executeTask(Task.of("file").queue(queue).payload(patient));
        check(
            "hay fever".equals(filed.resultAs(String.class)),
            "the handler got it open, and so did the caller the result");
      }
    }
  }
}
