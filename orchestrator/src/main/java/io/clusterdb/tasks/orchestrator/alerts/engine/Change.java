package io.clusterdb.tasks.orchestrator.alerts.engine;

import io.clusterdb.tasks.Alert;

/** What happens to how a rule stands with a queue. */
public sealed interface Change {
  /** The rule and the queue, as {@link Alert#key} has them. */
  String key();

  /** A limit is passed. */
  record Began(String key, long since) implements Change {}

  /** It was not passed for long enough. */
  record Ended(String key) implements Change {}

  /** It was passed for long enough. */
  record Fired(Alert alert) implements Change {
    @Override
    public String key() {
      return alert.key();
    }
  }

  /** The limit is kept again. */
  record Calmed(String key, long since) implements Change {}

  /** It was not kept for long enough. */
  record Roused(String key) implements Change {}

  /** It was kept for long enough, or nobody watches it any more. */
  record Resolved(Alert alert) implements Change {
    @Override
    public String key() {
      return alert.key();
    }
  }

  /** The webhook was told, or given up. */
  record Told(Alert alert) implements Change {
    @Override
    public String key() {
      return alert.key();
    }
  }

  /** It has been over for long. */
  record Forgotten(String key) implements Change {}
}
