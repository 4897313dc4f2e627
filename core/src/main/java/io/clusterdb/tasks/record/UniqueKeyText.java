package io.clusterdb.tasks.record;

/** Keys of the topic of unique jobs. Stateless. */
public final class UniqueKeyText {
  private UniqueKeyText() {}

  /** The key of a queue's unique key; no queue's name holds a slash. */
  public static String of(String queue, String uniqueKey) {
    return queue + "/" + uniqueKey;
  }
}
