package io.clusterdb.tasks.scheduler.engine;

import io.clusterdb.tasks.Unique.Policy;
import io.clusterdb.tasks.streams.TurnBudget;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which unique key of one partition. A key is free when its window has passed, when its
 * holder was let go early, or when a job that waited for newer ones has left. Used by one thread.
 */
public final class UniqueKeys {
  private static final byte[] NO_JOB = new byte[0];

  private final KeyStore keys;
  private final DueQueue times;

  /**
   * Creates it.
   *
   * @param keys the holders
   * @param times when their windows end, and the jobs that wait for that
   */
  public UniqueKeys(KeyStore keys, DueQueue times) {
    this.keys = keys;
    this.times = times;
  }

  /**
   * A job that asks for admission.
   *
   * @param key the queue and the unique key
   * @param windowMs how long the key is held
   */
  public record Ask(String key, String id, String run, Policy policy, long windowMs) {}

  /** What is decided. */
  public sealed interface Decision {
    /**
     * The job holds its key.
     *
     * @param replaced the one that waited until now, as it was stored; null for none
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way, never compared
    record Admit(KeyHolder holder, @Nullable KeyHolder replaced, byte @Nullable [] replacedJob)
        implements Decision {}

    /** The same run asked before, and holds its key: nothing is to be done. */
    record Again(KeyHolder holder) implements Decision {}

    /** Another job holds the key. */
    record Held(KeyHolder holder) implements Decision {}
  }

  /**
   * Decides about a job.
   *
   * @param job the job as it is stored if it waits for newer ones
   * @param now the time, in milliseconds since 1970
   */
  public Decision ask(Ask ask, byte[] job, long now) {
    KeyHolder current = keys.holder(ask.key());
    if (current != null && current.run().equals(ask.run()) && current.id().equals(ask.id())) {
      return new Decision.Again(current);
    }
    if (current == null || (current.until() <= now && !current.waits())) {
      if (current != null) {
        end(ask.key(), current);
      }
      return new Decision.Admit(admit(ask, job, now), null, null);
    }
    if (ask.policy() == Policy.REPLACE && current.waits()) {
      byte[] before = end(ask.key(), current);
      return new Decision.Admit(admit(ask, job, now), current, before);
    }
    return new Decision.Held(current);
  }

  private KeyHolder admit(Ask ask, byte[] job, long now) {
    boolean waits = ask.policy() == Policy.REPLACE;
    long until = now + ask.windowMs();
    byte[] entry = times.add(until, ask.key(), ask.run(), waits ? job : NO_JOB);
    KeyHolder holder = new KeyHolder(ask.id(), ask.run(), until, waits, DueKey.due(entry));
    keys.hold(ask.key(), holder);
    if (waits) {
      keys.waits(ask.id(), ask.key());
    }
    return holder;
  }

  /** Frees a key before its time, if this run holds it and does not wait. */
  public void release(String key, String run) {
    KeyHolder holder = keys.holder(key);
    if (holder != null && holder.run().equals(run) && !holder.waits()) {
      end(key, holder);
    }
  }

  private void free(String key, KeyHolder holder) {
    keys.hold(key, null);
    // Under another key a job of the same id may wait.
    if (holder.waits() && key.equals(keys.waiting(holder.id()))) {
      keys.waits(holder.id(), null);
    }
  }

  /**
   * Takes a job out that waits for newer ones.
   *
   * @param meant whether the job, as it is stored, is the one that is meant
   * @return the job, as it was stored; null if it does not wait here
   */
  public byte @Nullable [] cancel(String jobId, Predicate<byte[]> meant) {
    String key = keys.waiting(jobId);
    KeyHolder holder = key == null ? null : keys.holder(key);
    if (key == null || holder == null || !holder.waits() || !holder.id().equals(jobId)) {
      return null;
    }
    byte[] job = times.waiting(DueKey.of(holder.due(), key, holder.run()));
    return job != null && meant.test(job) ? end(key, holder) : null;
  }

  /** Ends a hold; the entry of its time, if that was still to come. */
  private byte @Nullable [] end(String key, KeyHolder holder) {
    free(key, holder);
    byte[] entry = DueKey.of(holder.due(), key, holder.run());
    byte[] job = times.waiting(entry);
    if (job != null) {
      times.remove(entry);
    }
    return job;
  }

  /**
   * Lets holds end whose time has come, as far as the budget goes.
   *
   * @param exit where jobs go that waited for newer ones
   * @return whether more have ended
   */
  public boolean turn(long now, TurnBudget budget, DueQueue.Exit exit) {
    return times.turn(
        now,
        budget,
        (entry, stored) -> {
          String key = DueKey.id(entry);
          KeyHolder holder = keys.holder(key);
          if (holder != null && holder.run().equals(DueKey.run(entry))) {
            free(key, holder); // also of one that cannot leave yet: it is on its way
          }
          return stored.length == 0 ? DueQueue.Exit.GONE : exit.leave(stored);
        });
  }
}
