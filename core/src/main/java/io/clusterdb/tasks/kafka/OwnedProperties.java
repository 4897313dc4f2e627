package io.clusterdb.tasks.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Properties of Kafka clients that the guarantees stand on, so that neither a file nor a program
 * may set them; also behind the prefixes by which Kafka Streams tells its clients apart.
 */
public final class OwnedProperties {
  private static final String BYTES = "jobs and the platform's records are bytes to Kafka";
  private static final String GROUPS = "each queue has one group, in which its workers share it";
  private static final String PLACES = "a key's jobs and events must meet in one partition";
  private static final String ONCE = "outcomes and offsets are written in one transaction";
  private static final String SERVICES = "the services' stores and transactions depend on it";

  private static final Map<String, String> REASONS = reasons();
  private static final List<String> PREFIXES =
      List.of("main.consumer.", "restore.consumer.", "global.consumer.", "consumer.", "producer.");

  private OwnedProperties() {}

  private static Map<String, String> reasons() {
    Map<String, String> reasons = new HashMap<>();
    reasons.put("bootstrap.servers", "the brokers are named by kafka.bootstrap alone");
    reasons.put("acks", "an acknowledged job must be on every replica that is in sync");
    reasons.put("enable.idempotence", "a request that is tried again must not write a job twice");
    reasons.put("isolation.level", "what an aborted transaction wrote must not be read");
    reasons.put("enable.auto.commit", "offsets are committed with the outcomes of their jobs only");
    reasons.put("auto.offset.reset", "no worker may jump over jobs silently");
    reasons.put("allow.auto.create.topics", "topics have settings that brokers do not know");
    for (String key : List.of("group.id", "group.instance.id", "group.protocol")) {
      reasons.put(key, GROUPS);
    }
    reasons.put("partition.assignment.strategy", GROUPS);
    reasons.put("group.remote.assignor", GROUPS);
    reasons.put("partitioner.class", PLACES);
    reasons.put("partitioner.ignore.keys", PLACES);
    reasons.put("transactional.id", ONCE);
    reasons.put("transaction.two.phase.commit.enable", ONCE);
    for (String key : List.of("key.serializer", "value.serializer")) {
      reasons.put(key, BYTES);
    }
    for (String key : List.of("key.deserializer", "value.deserializer")) {
      reasons.put(key, BYTES);
    }
    for (String key : List.of("application.id", "processing.guarantee", "state.dir")) {
      reasons.put(key, SERVICES);
    }
    return Map.copyOf(reasons);
  }

  /** Why a property is not to be set; null if it may be. */
  public static @Nullable String reason(String key) {
    for (String prefix : PREFIXES) {
      if (key.startsWith(prefix)) {
        return REASONS.get(key.substring(prefix.length()));
      }
    }
    return REASONS.get(key);
  }
}
