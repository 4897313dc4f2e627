package io.clusterdb.tasks.schemas;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache of what is slow to load: one caller loads a key, others that want it meanwhile wait for
 * it; a failure is thrown to all of them and not kept. Thread-safe.
 */
final class SingleFlight<K, V> {
  private final ConcurrentHashMap<K, CompletableFuture<V>> values = new ConcurrentHashMap<>();
  private final Function<K, V> loader;

  SingleFlight(Function<K, V> loader) {
    this.loader = loader;
  }

  /** What is loaded already, else null. */
  @Nullable V known(K key) {
    CompletableFuture<V> known = values.get(key);
    return known != null && known.isDone() && !known.isCompletedExceptionally()
        ? known.join()
        : null;
  }

  V get(K key) {
    CompletableFuture<V> known = values.get(key);
    return known != null ? await(known) : load(key);
  }

  private V load(K key) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> other = values.putIfAbsent(key, mine);
    if (other != null) {
      return await(other);
    }
    try {
      V value = loader.apply(key);
      mine.complete(value);
      return value;
    } catch (RuntimeException | Error e) {
      values.remove(key, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private V await(CompletableFuture<V> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
