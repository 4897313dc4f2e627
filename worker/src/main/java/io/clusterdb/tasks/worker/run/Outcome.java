package io.clusterdb.tasks.worker.run;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How an attempt ended, with the records that its settlement writes. */
public sealed interface Outcome {
  /** The records that its settlement writes. */
  List<ProducerRecord<byte[], byte[]>> records();

  /** The record is done with: its job succeeded, moved on, or is a dead letter. */
  record Done(Result result, List<ProducerRecord<byte[], byte[]>> records) implements Outcome {}

  /** The record stays, and its job is tried again in place. */
  record AgainInPlace(int nextAttempt, long delayMs, List<ProducerRecord<byte[], byte[]>> records)
      implements Outcome {}

  /** No handler knows the type: the record waits for a while, then it fails. */
  record UnknownType() implements Outcome {
    @Override
    public List<ProducerRecord<byte[], byte[]>> records() {
      return List.of();
    }
  }

  /** Nobody took the job after all: it waits again, and nothing is written. */
  record Released() implements Outcome {
    @Override
    public List<ProducerRecord<byte[], byte[]>> records() {
      return List.of();
    }
  }

  /** What became of the job, for counting. */
  enum Result {
    /** The handler succeeded. */
    SUCCEEDED,
    /** Another attempt follows. */
    RETRIED,
    /** The job is a dead letter. */
    DEAD,
    /** The job was discarded. */
    CANCELLED,
    /** The job went where it waits for its time. */
    MOVED
  }
}
