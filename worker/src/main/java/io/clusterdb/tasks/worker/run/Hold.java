package io.clusterdb.tasks.worker.run;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Whether all attempts of a dispatcher are held, and the one that runs meanwhile, until a slot has
 * it. Confined to the dispatcher's lock.
 */
final class Hold {
  private boolean on;
  private @Nullable Attempt waiting;

  /** Of the attempt that may run, though a slot may have it. */
  private @Nullable ConsumerRecord<byte[], byte[]> record;

  boolean isOn() {
    return on;
  }

  /**
   * Holds all, or lets all go.
   *
   * @return what was to run meanwhile and is to be lined up with the others now; null for nothing
   */
  @Nullable Attempt set(boolean value) {
    Attempt left = value ? null : waiting;
    on = value;
    waiting = null;
    record = null;
    return left;
  }

  /** Lets an attempt run meanwhile. */
  void letThrough(Attempt attempt) {
    waiting = attempt;
    record = attempt.record();
  }

  /** Whether an attempt waits for a slot. */
  boolean hasWaiting() {
    return waiting != null;
  }

  /** Takes the attempt that waits for a slot; null for none. */
  @Nullable Attempt poll() {
    Attempt next = waiting;
    waiting = null;
    return next;
  }

  /** Takes the attempt that waits for a slot if its partition has gone; null for none. */
  @Nullable Attempt pollClosed() {
    return waiting != null && !waiting.tenure().open() ? poll() : null;
  }

  /**
   * A slot had an attempt and does not run it.
   *
   * @return false if it is not the one that may run
   */
  boolean putBack(Attempt attempt) {
    if (!on || attempt.record() != record) {
      return false;
    }
    waiting = attempt;
    return true;
  }

  /**
   * Lets an attempt run no more, nor what followed it when it was put back.
   *
   * @return what waits for a slot of these two; null if a slot has it
   */
  @Nullable Attempt takeBack(Attempt attempt) {
    Attempt left = poll();
    record = null;
    return left != null && left.record() == attempt.record() ? left : null;
  }
}
