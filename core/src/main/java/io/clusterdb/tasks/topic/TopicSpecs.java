package io.clusterdb.tasks.topic;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.DELETE_RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_MS_CONFIG;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How each of the platform's topics is created. Pure.
 *
 * @param names the topics' names
 */
public record TopicSpecs(TopicNames names) {
  /** Partitions of the topic of replies, each of which every waiting caller reads. */
  public static final int REPLY_PARTITIONS = 4;

  /**
   * Largest batch of a topic that jobs are moved to: an enqueued record of at most a million bytes,
   * and room for the headers that moving adds.
   */
  public static final int WORK_MAX_BYTES = 2 << 20;

  /** Largest batch where a job's payload, result and history of errors meet. */
  public static final int OUTCOME_MAX_BYTES = 10 << 20;

  private static final String APPEND_TIME = "LogAppendTime";

  /**
   * The topics that every installation has, the catalog first.
   *
   * @param shared partitions of topics by job id, which are the same for all of them
   */
  public List<TopicSpec> platform(int shared) {
    return List.of(
        catalog(),
        events(shared),
        byTime(names.control(), shared, Duration.ofDays(1), Duration.ofHours(6)),
        replies(),
        work(names.delayed(), shared),
        work(names.unique(), shared),
        byTime(names.batchCommands(), shared, Duration.ofDays(7), Duration.ofHours(6)),
        byTime(names.workflowCommands(), shared, Duration.ofDays(7), Duration.ofHours(6)),
        byTime(names.workflowEvents(), shared, Duration.ofDays(7), Duration.ofHours(6)),
        byTime(names.workflowOutcomes(), shared, Duration.ofDays(7), Duration.ofHours(6)),
        byTime(names.scheduleOutcomes(), 1, Duration.ofDays(7), Duration.ofHours(6)),
        byTime(names.scheduleCommands(), 1, Duration.ofDays(7), Duration.ofHours(6)),
        compacted(names.scheduleState()),
        compacted(names.alerts()),
        audit());
  }

  /** The topic of who changed what, kept long enough for an enquiry. */
  public TopicSpec audit() {
    return byTime(names.audit(), 1, Duration.ofDays(90), Duration.ofDays(1));
  }

  /** The topic of what happened to jobs. */
  public TopicSpec events(int shared) {
    return byTime(names.events(), shared, Duration.ofDays(7), Duration.ofHours(6));
  }

  /** The topic of definitions. */
  public TopicSpec catalog() {
    TopicSpec compacted = compacted(names.catalog());
    Map<String, String> configs = new HashMap<>(compacted.configs());
    // Services that follow the catalog and were down must still learn what was removed meanwhile.
    configs.put(DELETE_RETENTION_MS_CONFIG, millis(Duration.ofDays(365)));
    return new TopicSpec(compacted.name(), compacted.partitions(), configs);
  }

  /** The topic of outcomes for waiting callers. */
  public TopicSpec replies() {
    return byTime(names.replies(), REPLY_PARTITIONS, Duration.ofHours(1), Duration.ofMinutes(15));
  }

  /** The topics of a queue: its declared lanes, its retries, its dead letters. */
  public List<TopicSpec> of(Queue queue) {
    List<TopicSpec> specs = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      if (queue.priorities().contains(lane)) {
        specs.add(lane(queue, lane));
      }
    }
    specs.add(work(names.retry(queue.name()), queue.partitions()));
    specs.add(compacted(names.deadLetters(queue)));
    return List.copyOf(specs);
  }

  /** The topic of one lane of a queue, declared or not. */
  public TopicSpec lane(Queue queue, Priority lane) {
    return work(names.queue(queue.name(), lane), queue.partitions());
  }

  /**
   * Jobs that wait for a worker or for their time: never deleted by age, since the queue may be
   * paused; stamped by the broker, since delays count from there.
   */
  private static TopicSpec work(String name, int partitions) {
    return new TopicSpec(
        name,
        partitions,
        Map.of(
            CLEANUP_POLICY_CONFIG,
            CLEANUP_POLICY_DELETE,
            RETENTION_MS_CONFIG,
            "-1",
            RETENTION_BYTES_CONFIG,
            "-1",
            MESSAGE_TIMESTAMP_TYPE_CONFIG,
            APPEND_TIME,
            MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(WORK_MAX_BYTES),
            // Only whole segments give their disk space back when consumed jobs are trimmed.
            SEGMENT_BYTES_CONFIG,
            Integer.toString(256 << 20),
            SEGMENT_MS_CONFIG,
            millis(Duration.ofDays(1))));
  }

  private static TopicSpec byTime(
      String name, int partitions, Duration retention, Duration segment) {
    return new TopicSpec(
        name,
        partitions,
        Map.of(
            CLEANUP_POLICY_CONFIG,
            CLEANUP_POLICY_DELETE,
            RETENTION_MS_CONFIG,
            millis(retention),
            RETENTION_BYTES_CONFIG,
            "-1",
            MESSAGE_TIMESTAMP_TYPE_CONFIG,
            APPEND_TIME,
            MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(OUTCOME_MAX_BYTES),
            SEGMENT_MS_CONFIG,
            millis(segment)));
  }

  private static TopicSpec compacted(String name) {
    return new TopicSpec(
        name,
        1,
        Map.of(
            CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT,
            MAX_MESSAGE_BYTES_CONFIG, Integer.toString(OUTCOME_MAX_BYTES),
            // Only closed segments are compacted.
            SEGMENT_MS_CONFIG, millis(Duration.ofDays(1))));
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
