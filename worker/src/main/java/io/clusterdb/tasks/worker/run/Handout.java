package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.JobContext;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Takes jobs of every type and hands them to others, who say how they end. A job starts only while
 * somebody asks for one. Thread-safe.
 */
public interface Handout {
  /**
   * Takes a demand for a job, if there is one. Called under the dispatcher's lock: it returns at
   * once and calls nothing of the worker.
   */
  boolean take();

  /** A demand that was taken is open again: no job came of it. */
  void giveBack();

  /** Whether there is a demand that nobody has taken. */
  boolean wants();

  /**
   * Hands a job to who asked for one, and waits for its end. Interrupted when the attempt no longer
   * counts.
   *
   * @return the job's result
   * @throws NotTakenException if nobody asks any more
   * @throws EndedException if the attempt failed, with what is to follow
   */
  @Nullable Object run(Handed handed) throws Exception;

  /**
   * A job to hand out.
   *
   * @param context what a handler would see of it
   * @param partition where its record is
   * @param offset of its record
   * @param fate what becomes of this attempt in the end; never fails
   */
  record Handed(
      JobContext context, TopicPartition partition, long offset, CompletableFuture<Fate> fate) {}
}
