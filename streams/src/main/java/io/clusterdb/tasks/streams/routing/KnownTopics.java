package io.clusterdb.tasks.streams.routing;

/** Which topics exist, and how large a record each takes. */
public interface KnownTopics {
  /** The limit of a topic that does not exist. */
  int MISSING = -1;

  /** The limit of a topic that cannot be asked for now. */
  int UNKNOWN = -2;

  /** The largest record that a topic takes, in bytes; {@link #MISSING} or {@link #UNKNOWN}. */
  int limit(String topic);
}
