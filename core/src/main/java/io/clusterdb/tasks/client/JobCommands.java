package io.clusterdb.tasks.client;

import io.clusterdb.tasks.audit.Audit;
import io.clusterdb.tasks.kafka.Acknowledged;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Asks things of jobs by records that whoever holds the job answers on the event log, in an event
 * that names the command. Nobody answers for a job that nobody holds. Thread-safe.
 */
public final class JobCommands {
  private final TopicNames names;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final PlatformCodec codec;
  private final InstantSource clock;
  private final Ids ids;
  private final String bootstrap;
  private final Audit audit;

  JobCommands(
      TopicNames names,
      Supplier<? extends Producer<byte[], byte[]>> producer,
      PlatformCodec codec,
      InstantSource clock,
      Ids ids,
      String bootstrap,
      Audit audit) {
    this.audit = audit;
    this.names = names;
    this.producer = producer;
    this.codec = codec;
    this.clock = clock;
    this.ids = ids;
    this.bootstrap = bootstrap;
  }

  /**
   * What is known of a job that a command is for.
   *
   * @param id its id
   * @param run the run that is meant; null for whichever is current. A job of this id that is
   *     enqueued after the command is not meant then
   * @param due when it is due if it waits, as far as known: makes it quick to find; null for
   *     unknown
   */
  public record Target(String id, @Nullable String run, @Nullable Instant due) {
    /** A job of which only the id is known. */
    public static Target of(String id) {
      return new Target(id, null, null);
    }
  }

  /**
   * Ends a job without another attempt: one that waits at once, others as their worker can.
   *
   * @param reason for people; null for none
   * @return the command's id, when the broker has the command for good
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE, FORBIDDEN
   */
  public String cancel(Target target, @Nullable String reason) {
    return audit.of(
        "job.cancel", target.id(), () -> send(command(target, JobCommandKind.CANCEL, reason)));
  }

  /**
   * Gives a job that waits another time; a time that has passed lets it run at once.
   *
   * @return the command's id, when the broker has the command for good
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE, FORBIDDEN
   */
  public String reschedule(Target target, Instant time) {
    JobCommand command = command(target, JobCommandKind.RESCHEDULE, null);
    command.setNotBefore(time);
    return audit.of("job.reschedule", target.id(), () -> send(command));
  }

  private JobCommand command(Target target, JobCommandKind kind, @Nullable String reason) {
    JobCommand command = new JobCommand();
    command.setCommandId(ids.id());
    command.setAt(Instant.ofEpochMilli(clock.millis()));
    command.setJobId(target.id());
    command.setRun(target.run());
    command.setKind(kind);
    command.setReason(reason);
    command.setDueHint(target.due());
    return command;
  }

  private String send(JobCommand command) {
    String topic = names.control();
    byte[] key = HeaderText.bytes(command.getJobId());
    var unused =
        Acknowledged.send(
            producer.get(),
            new ProducerRecord<>(topic, key, codec.encode(topic, command)),
            "send a command to job " + command.getJobId(),
            bootstrap);
    return command.getCommandId();
  }
}
