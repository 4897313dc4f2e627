package io.clusterdb.tasks;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The dead letters of a queue, or of a dead letter queue that several queues share. They are kept
 * for the {@code retention} of their queue, at least for a day. Every method reads from the oldest
 * one on. Thread-safe.
 */
public interface DeadLetters {
  /**
   * Gives every dead letter, oldest first, without keeping them.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  void forEach(Consumer<? super DeadJob> sink);

  /**
   * Those that fit, oldest first.
   *
   * @param limit at most this many
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  List<DeadJob> list(Predicate<? super DeadJob> which, int limit);

  /**
   * The dead letters of the job of this id, oldest first: one for each of its runs that ended here.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  default List<DeadJob> find(String id) {
    return list(job -> job.id().equals(id), Integer.MAX_VALUE);
  }

  /**
   * Gives dead letters another run, from their first attempt. Each leaves here in the transaction
   * that enqueues it, so an interrupted replay can simply be started again; of two replays or
   * purges at a time, the later one ends the earlier.
   *
   * @param listener is told of each, once it is so
   * @throws TasksException CONFLICT if another one took over, UNREACHABLE, FORBIDDEN
   */
  void replay(Replay replay, ReplayListener listener);

  /**
   * Removes dead letters for good.
   *
   * @param sink is told of each, once it is gone
   * @return how many
   * @throws TasksException CONFLICT if a replay or another purge took over, UNREACHABLE, FORBIDDEN
   */
  long purge(Predicate<? super DeadJob> which, Consumer<? super DeadJob> sink);

  /** Follows a replay. Called by the replaying thread. */
  @FunctionalInterface
  interface ReplayListener {
    /** Once before the first: how many dead letters there are, wanted or not. */
    default void onStart(long letters) {}

    /** A dead letter was replayed or refused. */
    void onReplayed(Replayed outcome);
  }

  /** What became of a dead letter that was to be replayed. */
  sealed interface Replayed {
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
}
