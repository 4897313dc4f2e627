package io.clusterdb.tasks.scheduler.engine;

import io.clusterdb.tasks.streams.TurnBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Requests of one partition that have not met their job. Waiting jobs are ordered by due time, and
 * an index by id would cost every job two more entries of the store for the few that anybody asks
 * about; so a request is looked for where its hint says, and else in one pass over all jobs that
 * wait, which serves all requests that are open when it begins. A request stays open for a while
 * after its pass, since its job may be on its way. Used by one thread.
 */
public final class OpenRequests {
  /** How long a request waits for a job that is on its way, in milliseconds. */
  public static final long GRACE_MS = 10_000;

  /** How far from its hint a job is looked for at once, in milliseconds. */
  private static final long NEAR_MS = 2_000;

  private final DueQueue waiting;
  private final Map<String, List<Open>> byJob = new HashMap<>();
  private int count;

  /** Where the pass goes on; empty while none is under way. */
  private byte[] cursor = new byte[0];

  private final List<Open> inPass = new ArrayList<>();
  private final List<Open> beforePass = new ArrayList<>();

  /** Creates an empty set of requests to the jobs of a queue. */
  public OpenRequests(DueQueue waiting) {
    this.waiting = waiting;
  }

  /** A request, and until when it stays open at least. */
  private record Open(JobRequest request, long expires) {}

  /** A job that a request may be about. */
  public interface Found {
    /**
     * Does what is asked.
     *
     * @return whether the request was about this job, and is done
     */
    boolean apply(JobRequest request, byte[] key, byte[] job);
  }

  /** Adds a request. */
  public void add(JobRequest request, long now) {
    Open open = new Open(request, now + GRACE_MS);
    byJob.computeIfAbsent(request.jobId(), id -> new ArrayList<>(1)).add(open);
    beforePass.add(open);
    count++;
  }

  /** How many are open. */
  public int size() {
    return count;
  }

  /** Whether a pass is under way or needed. */
  public boolean searching() {
    return cursor.length > 0 || !beforePass.isEmpty();
  }

  /** Open requests that name this job, the oldest first; empty for nearly every job. */
  public List<JobRequest> of(String jobId) {
    if (count == 0) {
      return List.of();
    }
    List<Open> open = byJob.get(jobId);
    return open == null ? List.of() : open.stream().map(Open::request).toList();
  }

  /** Looks where the hint of a request says, as far as the budget goes. */
  public List<JobRequest> lookNear(JobRequest request, TurnBudget budget, Found found) {
    if (request.dueHint() == JobRequest.UNKNOWN) {
      return List.of();
    }
    byte[] from = DueKey.of(request.dueHint() - NEAR_MS, "", "");
    List<Hit> hits = new ArrayList<>();
    try (DueStore.Scan scan = waiting.scan(from)) {
      while (scan.hasNext() && DueKey.due(scan.peekKey()) <= request.dueHint() + NEAR_MS) {
        if (!budget.take()) {
          break;
        }
        collect(scan, hits);
      }
    }
    return apply(hits, found);
  }

  /**
   * Goes on with the pass, as far as the budget goes; begins one if requests wait for it.
   *
   * @return requests that are done
   */
  public List<JobRequest> search(TurnBudget budget, Found found) {
    if (cursor.length == 0) {
      inPass.addAll(beforePass);
      beforePass.clear();
    }
    List<Hit> hits = new ArrayList<>();
    byte[] reached = new byte[0];
    try (DueStore.Scan scan = waiting.scan(cursor)) {
      while (scan.hasNext()) {
        if (!budget.take()) {
          reached = scan.peekKey();
          break;
        }
        collect(scan, hits);
      }
    }
    cursor = reached;
    if (cursor.length == 0) {
      inPass.clear();
    }
    return apply(hits, found);
  }

  @SuppressWarnings("ArrayRecordComponent") // on its way, never compared
  private record Hit(byte[] key, byte[] job) {}

  private void collect(DueStore.Scan scan, List<Hit> hits) {
    byte[] key = scan.peekKey();
    byte[] job = scan.next();
    if (byJob.containsKey(DueKey.id(key))) {
      hits.add(new Hit(key, job));
    }
  }

  private List<JobRequest> apply(List<Hit> hits, Found found) {
    List<JobRequest> done = new ArrayList<>();
    for (Hit hit : hits) {
      for (JobRequest request : of(DueKey.id(hit.key()))) {
        if (found.apply(request, hit.key(), hit.job())) {
          done.add(request);
          remove(request);
          break; // the job has left this key
        }
      }
    }
    return done;
  }

  /** Removes a request that is done. */
  public void remove(JobRequest request) {
    List<Open> open = byJob.get(request.jobId());
    if (open != null && open.removeIf(each -> each.request().equals(request))) {
      count--;
      if (open.isEmpty()) {
        byJob.remove(request.jobId());
      }
      beforePass.removeIf(each -> each.request().equals(request));
      inPass.removeIf(each -> each.request().equals(request));
    }
  }

  /** Removes and returns requests whose job is nowhere here. */
  public List<JobRequest> expire(long now) {
    List<JobRequest> expired = new ArrayList<>();
    if (searching()) {
      return expired;
    }
    for (Iterator<List<Open>> all = byJob.values().iterator(); all.hasNext(); ) {
      List<Open> open = all.next();
      for (Iterator<Open> each = open.iterator(); each.hasNext(); ) {
        Open one = each.next();
        if (one.expires() <= now) {
          expired.add(one.request());
          each.remove();
          count--;
        }
      }
      if (open.isEmpty()) {
        all.remove();
      }
    }
    return expired;
  }
}
