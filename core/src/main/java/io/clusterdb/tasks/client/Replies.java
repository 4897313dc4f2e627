package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TaskResult;
import java.util.concurrent.CompletableFuture;

/** Outcomes that callers wait for. Thread-safe. */
interface Replies {
  /**
   * An answer that will come.
   *
   * @param replyKey what the job must carry
   * @param result completes with the answer
   */
  record Expected<T>(String replyKey, CompletableFuture<T> result) {}

  /** Expects an outcome; when this returns, none can be missed. */
  Expected<TaskResult> expect();

  /** No longer expects an outcome. */
  void forget(String replyKey);
}
