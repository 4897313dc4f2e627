package io.clusterdb.tasks.orchestrator.lease.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which instance hands out a queue's jobs. All that know of the same instances agree, and one that
 * comes or goes moves its own queues alone (rendezvous hashing): the callers of a queue meet at one
 * worker, instead of moving partitions, and with them leases, between several.
 */
public final class Shares {
  private Shares() {}

  /** The instances in the order in which they are asked for this queue. */
  public static List<String> order(String queue, Collection<String> instances) {
    return instances.stream()
        .sorted(
            Comparator.comparingLong((String instance) -> weight(queue, instance))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** FNV-1a with a final mix, since the names differ in their last characters. */
  private static long weight(String queue, String instance) {
    String name = queue + ' ' + instance;
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return hash ^ (hash >>> 33);
  }
}
