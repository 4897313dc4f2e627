package io.clusterdb.tasks.sizing;

import java.util.stream.DoubleStream;

/**
 * Brokers for a load.
 *
 * @param count how many
 * @param disk bytes that each stores, with reserve
 * @param in bytes a second that each writes at the peak, copies included
 */
record Brokers(int count, long disk, long in) {
  /** Topics of shared partitions, internal ones included, and three of a queue. */
  private static final int SHARED_TOPICS = 16;

  private static final int QUEUE_TOPICS = 3;

  static Brokers of(Load load, Demand demand, int partitions, int shared) {
    double stored =
        (double) (demand.queueBytes() + demand.platformBytes()) * load.replication() / Sizing.FULL;
    double written = (double) demand.peakBytes() * load.replication();
    double replicas =
        (double) (partitions * QUEUE_TOPICS + shared * SHARED_TOPICS) * load.replication();
    int count =
        (int)
            Math.max(
                load.replication(),
                Math.ceil(
                    DoubleStream.of(
                            stored / load.diskPerBroker(),
                            written / Sizing.BYTES_PER_BROKER,
                            replicas / Sizing.REPLICAS_PER_BROKER)
                        .max()
                        .orElse(1)));
    return new Brokers(count, (long) (stored / count), (long) (written / count));
  }
}
