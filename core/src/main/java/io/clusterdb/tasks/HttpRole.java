package io.clusterdb.tasks;

import java.util.Locale;

/** What the bearer of a token may do with the HTTP API; each may do what those before it may. */
public enum HttpRole {
  /** Look: states, queues, jobs and dead letters with their payloads, metrics. */
  READ,
  /** Work: enqueue, lease, start, cancel, retry, replay, pause and resume, trigger. */
  OPERATE,
  /** Everything: create, change and delete queues, delete schedules, purge dead letters. */
  ADMIN;

  /** Whether whoever has this role may do what takes the other. */
  public boolean covers(HttpRole wanted) {
    return compareTo(wanted) >= 0;
  }

  /** The name that users write, such as {@code read}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
