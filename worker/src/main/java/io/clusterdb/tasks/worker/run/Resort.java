package io.clusterdb.tasks.worker.run;

/** What an attempt becomes that the broker does not let settle, one after the other. */
public enum Resort {
  /** A dead letter with the reason. */
  DEAD_LETTER,
  /** The same without the history of errors and with a short message: the record was too large. */
  SHORT_DEAD_LETTER,
  /** A dead letter that says where the payload was left: even so it was too large. */
  POINTER_DEAD_LETTER,
  /** The event alone: dead letters are refused as well, and the queue must go on. */
  EVENT_ONLY
}
