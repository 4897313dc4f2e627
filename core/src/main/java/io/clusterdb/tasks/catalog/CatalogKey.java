package io.clusterdb.tasks.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Key of a definition in the catalog's topic.
 *
 * @param kind what is defined
 * @param name the name of what is defined
 */
public record CatalogKey(Kind kind, String name) {
  /** What the catalog holds. */
  public enum Kind {
    /** What a queue is. */
    QUEUE("queue"),
    /** What operators want of a queue for now. */
    QUEUE_STATE("queue-state"),
    /** What is known of a type of job. */
    TASK("task"),
    /** When a schedule fires, and what it starts then. */
    SCHEDULE("schedule"),
    /** What operators want of a schedule for now. */
    SCHEDULE_STATE("schedule-state"),
    /** A version of a workflow; its name is {@code <name>/<version>}. */
    WORKFLOW("workflow"),
    /** About the platform itself. */
    PLATFORM("platform");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Where the platform's services are: plain JSON. */
  public static final CatalogKey ENDPOINTS = new CatalogKey(Kind.PLATFORM, "endpoints");

  /** What is watched, and when to raise an alert. */
  public static final CatalogKey MONITORING = new CatalogKey(Kind.PLATFORM, "monitoring");

  /** The key of a queue's definition. */
  public static CatalogKey queue(String name) {
    return new CatalogKey(Kind.QUEUE, name);
  }

  /** The key of what operators want of a queue. */
  public static CatalogKey queueState(String name) {
    return new CatalogKey(Kind.QUEUE_STATE, name);
  }

  /** The key of a type. */
  public static CatalogKey task(String type) {
    return new CatalogKey(Kind.TASK, type);
  }

  /** The key of a schedule's definition. */
  public static CatalogKey schedule(String name) {
    return new CatalogKey(Kind.SCHEDULE, name);
  }

  /** The key of what operators want of a schedule. */
  public static CatalogKey scheduleState(String name) {
    return new CatalogKey(Kind.SCHEDULE_STATE, name);
  }

  /** The key of a workflow's version. */
  public static CatalogKey workflow(String name, String version) {
    return new CatalogKey(Kind.WORKFLOW, name + "/" + version);
  }

  /** Reads a key; null for one of a kind that this version does not know. */
  public static @Nullable CatalogKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash > 0) {
      for (Kind kind : Kind.values()) {
        if (text.substring(0, slash).equals(kind.prefix)) {
          return new CatalogKey(kind, text.substring(slash + 1));
        }
      }
    }
    return null;
  }

  /** As in the topic: {@code queue/default}. */
  public String text() {
    return kind.prefix + "/" + name;
  }

  @Override
  public String toString() {
    return text();
  }
}
