package io.clusterdb.tasks.acl;

import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may be done with a resource of the brokers.
 *
 * @param resource its kind
 * @param name its name, or what its name starts with
 * @param prefixed whether every name that starts so is meant
 * @param operations what may be done, by Kafka's names; DESCRIBE is left out where another implies
 *     it
 * @param why what it is needed for
 */
public record Rule(
    Resource resource, String name, boolean prefixed, Set<Operation> operations, String why) {
  /** Kinds of resources that the platform needs, by Kafka's names. */
  public enum Resource {
    /** A topic. */
    TOPIC,
    /** A consumer group, and so an application of Kafka Streams. */
    GROUP,
    /** The identity of a transactional producer. */
    TRANSACTIONAL_ID
  }

  /** Operations that the platform needs, by Kafka's names. */
  public enum Operation {
    /** Of a topic: fetch. Of a group: join it and commit. */
    READ,
    /** Of a topic: produce. Of a transactional id: use it, and fence another that does. */
    WRITE,
    /** Create it. */
    CREATE,
    /** Delete it. Of a topic: also delete its oldest records, which Kafka does not tell apart. */
    DELETE,
    /** Give it more partitions. */
    ALTER,
    /** See it. */
    DESCRIBE,
    /** See its settings. */
    DESCRIBE_CONFIGS
  }

  /** Copies the operations, sorted. */
  public Rule {
    operations = Collections.unmodifiableSet(new TreeSet<>(operations));
  }

  static Rule of(Resource resource, String name, String why, Operation... operations) {
    return new Rule(resource, name, false, new TreeSet<>(Arrays.asList(operations)), why);
  }

  static Rule startingWith(Resource resource, String name, String why, Operation... operations) {
    return new Rule(resource, name, true, new TreeSet<>(Arrays.asList(operations)), why);
  }
}
