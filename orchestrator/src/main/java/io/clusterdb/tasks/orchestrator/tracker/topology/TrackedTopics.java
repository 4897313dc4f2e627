package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the topics are that the tracker reads: queues' lanes, dead letters, and the jobs that wait.
 * Retry topics are not among them: with each of their records comes an event that says the same,
 * and then a record among those that wait. Used by one thread.
 */
final class TrackedTopics {
  private static final String DEAD_LETTERS = ".dlq";

  private final TopicNames names;
  private final QueueCatalog queues;
  private final Map<String, Topic> known = new HashMap<>();
  private @Nullable CatalogSnapshot knownOf;

  TrackedTopics(TopicNames names, QueueCatalog queues) {
    this.names = names;
    this.queues = queues;
  }

  /**
   * A topic.
   *
   * @param source its kind; null for one that is not the platform's
   * @param queue its queue; null where it is not one queue's
   * @param lane its lane
   */
  record Topic(@Nullable Source source, @Nullable Queue queue, Priority lane) {
    private static final Topic OTHER = new Topic(null, null, Priority.NORMAL);

    /** Whether its records are to be told to the tracker, as far as the topic says. */
    boolean told() {
      return source != null
          && (queue == null
              || queue.tracking() == Tracking.FULL
              || (queue.tracking() == Tracking.OUTCOMES && source == Source.DEAD_LETTERS));
    }
  }

  /** Matches every topic that may be of interest, and none of the platform's other ones. */
  static Pattern pattern(TopicNames names) {
    String others =
        "(?!(?:alerts|audit|catalog|events|control|replies|unique|schedules|workflows)(?:\\.|$))";
    return Pattern.compile(
        Pattern.quote(names.prefix() + ".")
            + others
            + "[a-z0-9][a-z0-9_-]*(?:\\.(?:high|low|dlq))?");
  }

  /** What a topic is. */
  @SuppressWarnings("ReferenceEquality")
  Topic of(String topic) {
    CatalogSnapshot current = queues.current();
    if (knownOf != current) {
      known.clear();
      knownOf = current;
    }
    Topic found = known.get(topic);
    if (found == null) {
      found = find(topic);
      if (found.source() != null) {
        known.put(topic, found);
      }
    }
    return found;
  }

  private Topic find(String topic) {
    if (topic.equals(names.delayed())) {
      return new Topic(Source.DELAYED, null, Priority.NORMAL);
    }
    String name = topic.substring(names.prefix().length() + 1);
    if (name.endsWith(DEAD_LETTERS)) {
      String queue = name.substring(0, name.length() - DEAD_LETTERS.length());
      return new Topic(Source.DEAD_LETTERS, queues.find(queue), Priority.NORMAL);
    }
    int dot = name.indexOf('.');
    Priority lane = dot < 0 ? Priority.NORMAL : Priority.parse(name.substring(dot + 1));
    Queue queue = queues.find(dot < 0 ? name : name.substring(0, dot));
    if (queue != null) {
      return new Topic(source(lane), queue, lane);
    }
    return isDeadLetters(topic) ? new Topic(Source.DEAD_LETTERS, null, lane) : Topic.OTHER;
  }

  /** Dead letters may go to a topic of a name that the user chose. */
  private boolean isDeadLetters(String topic) {
    return queues.current().queues().values().stream()
        .anyMatch(queue -> names.deadLetters(queue).equals(topic));
  }

  private static Source source(Priority lane) {
    return switch (lane) {
      case HIGH -> Source.HIGH;
      case NORMAL -> Source.NORMAL;
      case LOW -> Source.LOW;
    };
  }
}
