package io.clusterdb.tasks.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Asks things of runs of workflows by records. Thread-safe. */
final class WorkflowCommands {
  /** As the catalog: read by the orchestrator whether a registry answers or not. */
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final String topic;
  private final String bootstrap;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final InstantSource clock;
  private final Ids ids;

  WorkflowCommands(
      String topic,
      String bootstrap,
      Supplier<? extends Producer<byte[], byte[]>> producer,
      InstantSource clock,
      Ids ids) {
    this.topic = topic;
    this.bootstrap = bootstrap;
    this.producer = producer;
    this.clock = clock;
    this.ids = ids;
  }

  /** A command to be filled in. */
  WorkflowCommand of(String execution, WorkflowCommandKind kind) {
    WorkflowCommand command = new WorkflowCommand();
    command.setCommandId(ids.run());
    command.setAt(clock.instant());
    command.setExecutionId(execution);
    command.setKind(kind);
    command.setContext(Map.of());
    return command;
  }

  /** Sends a command; completes when the brokers have it for good. */
  CompletableFuture<Void> send(WorkflowCommand command) {
    String id = command.getExecutionId();
    CompletableFuture<Void> sent = new CompletableFuture<>();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, id.getBytes(UTF_8), CODEC.encode(topic, command));
    String what = command.getKind().name().toLowerCase(java.util.Locale.ROOT) + " run " + id;
    try {
      var unused =
          producer
              .get()
              .send(
                  record,
                  (metadata, error) -> {
                    if (error == null) {
                      sent.complete(null);
                    } else {
                      sent.completeExceptionally(KafkaErrors.of(what, bootstrap, error));
                    }
                  });
    } catch (RuntimeException e) {
      sent.completeExceptionally(KafkaErrors.of(what, bootstrap, e));
    }
    return sent;
  }
}
