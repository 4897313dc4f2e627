package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TasksException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a queue, or of a dead letter queue that several queues share. Thread-safe.
 */
public final class DeadLetterQueue {
  private final TasksRuntime runtime;
  private final String topic;
  private final DeadLetterLog log;

  /**
   * Opens it.
   *
   * @param name a queue's name, or a dead letter queue's
   * @throws TasksException QUEUE_NOT_FOUND
   */
  public DeadLetterQueue(TasksRuntime runtime, String name) {
    this.runtime = runtime;
    this.topic = DeadLetterLog.topicOf(runtime, name);
    this.log = new DeadLetterLog(runtime, topic);
  }

  /** The topic behind it. */
  public String topic() {
    return topic;
  }

  /** Gives every dead letter, oldest first, without keeping them. */
  public void forEach(Consumer<DeadJob> sink) {
    log.forEach(sink);
  }

  /**
   * The dead letters of the job of this id, oldest first: one for each of its runs that ended here.
   */
  public List<DeadJob> find(String id) {
    List<DeadJob> found = new ArrayList<>();
    log.forEach(
        job -> {
          if (job.id().equals(id)) {
            found.add(job);
          }
        });
    return found;
  }

  /**
   * How dead letters are to be replayed.
   *
   * @param which those that are replayed
   * @param to queue that they go to; null for the one that each comes from
   * @param perSecond at most this many a second; 0 for no limit
   * @param dryRun whether only to say what would be
   */
  public record Replay(
      Predicate<DeadJob> which, @Nullable String to, double perSecond, boolean dryRun) {}

  /** What became of a dead letter that was to be replayed. */
  public sealed interface Replayed {
    /** The dead letter. */
    DeadJob job();

    /**
     * It is in a queue again, and no longer here; with a dry run, it would be.
     *
     * @param queue the queue
     * @param run its new run
     */
    record Done(DeadJob job, String queue, String run) implements Replayed {}

    /** It stays, for this reason. */
    record Refused(DeadJob job, TasksException reason) implements Replayed {}
  }

  /**
   * Gives dead letters another run, from their first attempt. Each leaves here in the transaction
   * that enqueues it, so an interrupted replay can simply be started again; of two at a time, the
   * later one fences the earlier.
   *
   * @param sink is told of each, once it is so
   * @throws TasksException CONFLICT if another replay took over, UNREACHABLE, FORBIDDEN
   */
  public void replay(Replay replay, Consumer<Replayed> sink) {
    try (ReplayRun run = new ReplayRun(runtime, topic, replay, sink)) {
      run.start();
      log.forEach(run::take);
      run.finish();
    }
  }
}
