package io.clusterdb.tasks.worker.run;

/** A slot that takes attempts from a dispatcher, under whose lock it is called. */
public interface Taker {
  /** Whether the slot goes on. */
  boolean stays();

  /** The slot has this attempt from now on. */
  void took(Attempt attempt);
}
