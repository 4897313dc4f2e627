package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TaskResult;
import java.util.concurrent.CompletableFuture;

/** Outcomes that callers wait for. Thread-safe. */
interface Replies {
  /**
   * An outcome that will come.
   *
   * @param replyKey what the job must carry
   * @param result completes with the outcome
   */
  record Expected(String replyKey, CompletableFuture<TaskResult> result) {}

  /** Expects an outcome; when this returns, none can be missed. */
  Expected expect();

  /** No longer expects an outcome. */
  void forget(String replyKey);
}
