package io.clusterdb.tasks.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Blocking calls on virtual threads. */
final class Async {
  private static final Executor VIRTUAL =
      task -> Thread.ofVirtual().name("tasks-async").start(task);

  private Async() {}

  static CompletableFuture<Void> run(Runnable call) {
    return CompletableFuture.runAsync(call, VIRTUAL);
  }

  static <T> CompletableFuture<T> get(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, VIRTUAL);
  }
}
