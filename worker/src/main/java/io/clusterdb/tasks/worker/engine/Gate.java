package io.clusterdb.tasks.worker.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Admission} does with jobs.
 *
 * @param <J> a job
 */
public interface Gate<J> {
  /** The job's offset in its partition. */
  long offset(J job);

  /** These may start, as soon as nothing is held and those before them in their keys have ended. */
  void open(List<J> jobs);

  /**
   * Lines a suspect up in its key as {@link #open} does, without letting it start: it comes back by
   * {@link #passed} when nothing of its key is before it, and keeps its key until it has ended.
   */
  void lineUp(J job);

  /**
   * The next of those that were lined up and have passed, or null. They are no longer the gate's:
   * {@link #open} and {@link #openAlone} let them start.
   */
  @Nullable J passed();

  /** The partition that owns a job that has passed; null if it has gone. */
  @Nullable Stake<J> stake(J job);

  /** A job that was not opened will not start here: nothing waits for it any more. */
  void forget(J job);

  /** This one starts before all others, though they are held; it is alone for so many nanos. */
  void openAlone(J job, long turnNanos);

  /** Whether a job that was opened has begun to run. */
  boolean hasBegun(J job);

  /**
   * Takes back what {@link #openAlone} let start, if nobody has taken it to run it.
   *
   * @return the job as it may be opened again; null if it runs or has run
   */
  @Nullable J takeBack(J job);

  /** Whether an operator has paused the queue, so that none of its jobs starts. */
  boolean isPaused();

  /** Lets no job start but by {@link #openAlone}, or lets them start again. */
  void hold(boolean value);

  /** This one never starts, for this reason. */
  void refuse(J job, String reason);
}
