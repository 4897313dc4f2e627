package io.clusterdb.tasks.worker.engine;

import java.util.List;

/**
 * What {@link Admission} does with jobs.
 *
 * @param <J> a job
 */
public interface Gate<J> {
  /** The job's offset in its partition. */
  long offset(J job);

  /** These may start, as soon as nothing is held. */
  void open(List<J> jobs);

  /** This one starts before all others, though they are held. */
  void openAlone(J job);

  /** Lets no job start but by {@link #openAlone}, or lets them start again. */
  void hold(boolean value);

  /** This one never starts, for this reason. */
  void refuse(J job, String reason);
}
