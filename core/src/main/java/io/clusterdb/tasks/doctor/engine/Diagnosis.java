package io.clusterdb.tasks.doctor.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All checks. Pure. */
public final class Diagnosis {
  /** The first feature level of Kafka 4.0, as {@code MetadataVersion} of Kafka counts. */
  private static final int KAFKA_4_0 = 22;

  private Diagnosis() {}

  /** What is to be said of these facts, the worst first. */
  public static List<Finding> of(ClusterFacts facts) {
    List<Finding> found = new ArrayList<>();
    version(facts, found);
    catalog(facts, found);
    TopicChecks.check(facts, found);
    QueueChecks.check(facts, found);
    ServiceChecks.check(facts, found);
    TransactionChecks.check(facts, found);
    found.sort(
        Comparator.comparing(Finding::severity)
            .thenComparing(Finding::subject)
            .thenComparing(Finding::check));
    return List.copyOf(found);
  }

  private static void version(ClusterFacts facts, List<Finding> found) {
    int level = facts.metadataVersion();
    if (level > 0 && level < KAFKA_4_0) {
      found.add(
          Finding.warning(
              "kafka-version",
              "cluster",
              "the brokers' metadata.version is %d, older than that of Kafka 4.0".formatted(level),
              "Tasks is tested with Kafka 4.",
              "Update the brokers, then run kafka-features.sh upgrade --release-version 4.3."));
    }
  }

  private static void catalog(ClusterFacts facts, List<Finding> found) {
    facts
        .unreadable()
        .forEach(
            (key, reason) ->
                found.add(
                    Finding.error(
                        "unreadable-definition",
                        "catalog " + key,
                        "the definition cannot be read: " + reason,
                        "What it replaces stays in force; processes that start now know nothing of"
                            + " it.",
                        "Write it again with 'tasks apply', or update Tasks if a newer version"
                            + " wrote it.")));
    facts
        .strayQueues()
        .forEach(
            (queue, by) ->
                found.add(
                    Finding.warning(
                        "missing-queue",
                        "queue " + queue,
                        by + " names it, and it does not exist",
                        "Such jobs are refused, or become dead letters of the scheduler.",
                        "Create it: tasks queue create " + queue)));
  }
}
