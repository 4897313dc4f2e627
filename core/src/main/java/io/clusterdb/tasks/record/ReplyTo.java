package io.clusterdb.tasks.record;

import io.clusterdb.tasks.topic.TopicNames;
import java.util.Locale;

/** Who waits for a job's final outcome; each has a fixed topic, never one that a record names. */
public enum ReplyTo {
  /** A caller that waits for the outcome. */
  CALLER,
  /** A workflow's run. */
  WORKFLOW,
  /** A schedule. */
  SCHEDULE;

  /** The name in the header. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The topic that the outcome goes to. */
  public String topic(TopicNames names) {
    return switch (this) {
      case CALLER -> names.replies();
      case WORKFLOW -> names.workflowOutcomes();
      case SCHEDULE -> names.scheduleOutcomes();
    };
  }
}
