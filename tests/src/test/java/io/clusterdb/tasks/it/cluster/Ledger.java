package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.it.cluster.Work.Fate;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What callers were told of the jobs that they enqueued. Thread-safe. */
final class Ledger {
  /**
   * A job that was acknowledged.
   *
   * @param id its id
   * @param queue its queue
   * @param fate how it is to end
   * @param dueMs when it may start at the earliest, by the brokers' clock; 0 for at once
   */
  record Promise(String id, String queue, Fate fate, long dueMs) {}

  private final ConcurrentMap<String, Promise> acknowledged = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Long> acknowledgedAt = new ConcurrentHashMap<>();
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();
  private final Set<String> aborted = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, Long> runs = new ConcurrentHashMap<>();
  private final Set<String> unknownRuns = ConcurrentHashMap.newKeySet();
  private final AtomicInteger malformed = new AtomicInteger();
  private final AtomicInteger malformedUnknown = new AtomicInteger();

  void acknowledged(Promise promise) {
    acknowledged.put(promise.id(), promise);
    acknowledgedAt.put(promise.id(), System.nanoTime());
  }

  /** When callers were told so, by id, in monotonic nanoseconds. */
  Map<String, Long> acknowledgedAt() {
    return acknowledgedAt;
  }

  /** The call failed, and the job may be there or not. */
  void unknown(String id) {
    unknown.add(id);
  }

  /** The caller's transaction was aborted, so the job must not be there. */
  void aborted(String id) {
    aborted.add(id);
  }

  /** The jobs of a queue went with it. */
  void forget(String queue) {
    acknowledged.values().removeIf(promise -> promise.queue().equals(queue) && moved(promise));
  }

  private boolean moved(Promise promise) {
    unknown.add(promise.id());
    return true;
  }

  void run(String id, boolean known) {
    if (known) {
      runs.put(id, System.nanoTime());
    } else {
      unknownRuns.add(id);
    }
  }

  void malformed(boolean known) {
    (known ? malformed : malformedUnknown).incrementAndGet();
  }

  Collection<Promise> promises() {
    return acknowledged.values();
  }

  Map<String, Promise> byId() {
    return acknowledged;
  }

  Set<String> unknown() {
    return unknown;
  }

  Set<String> aborted() {
    return aborted;
  }

  Set<String> runs() {
    return runs.keySet();
  }

  /** When callers were told that they start, by id, in monotonic nanoseconds. */
  Map<String, Long> runsAt() {
    return runs;
  }

  Set<String> unknownRuns() {
    return unknownRuns;
  }

  int malformed() {
    return malformed.get();
  }

  int malformedUnknown() {
    return malformedUnknown.get();
  }
}
