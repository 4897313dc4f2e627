package io.clusterdb.tasks.topic;

import java.util.Map;

/**
 * A topic as it is created.
 *
 * @param name its name
 * @param partitions how many partitions it has
 * @param configs its settings by Kafka's names, those that the replication factor decides excepted
 */
public record TopicSpec(String name, int partitions, Map<String, String> configs) {
  /** Copies the settings. */
  public TopicSpec {
    configs = Map.copyOf(configs);
  }
}
