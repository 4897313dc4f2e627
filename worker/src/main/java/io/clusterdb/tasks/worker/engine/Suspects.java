package io.clusterdb.tasks.worker.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs the suspects of all partitions of a process as {@link Claims} has it: one of a partition at
 * a time, each announced, and those with a count alone. Confined to the owner thread.
 *
 * <p>In each settlement: mark what finished and call {@link #ended} for the suspects among it, then
 * {@link #prepare}, then ask each {@link PartitionClaim#next} and each tracker for base, end and
 * holes, in this order, since announcing reveals a hole. After the commit, {@link
 * PartitionClaim#settled} of each, then start what {@link #started} returns. Nothing else may start
 * while {@link #othersMayStart} is false: close the ready queues before the running jobs are
 * counted.
 *
 * <p>A suspect that runs alone needs an idle process. The others are held back for a while for it;
 * if a long job does not end in that time they go on, and after some time are held back for twice
 * as long, until it is long enough.
 *
 * @param <J> a job
 */
public final class Suspects<J> {
  /** Others run this many times as long as they were held back in vain. */
  private static final int RECOVERY = 4;

  private record Waiting<J>(long offset, J job) {}

  private static final class Line<J> {
    final OffsetTracker tracker;
    final Queue<Waiting<J>> beside = new ArrayDeque<>();
    final Queue<Waiting<J>> alone = new ArrayDeque<>();
    @Nullable Waiting<J> current;
    boolean started;

    Line(OffsetTracker tracker) {
      this.tracker = tracker;
    }
  }

  private final Map<PartitionClaim, Line<J>> lines = new LinkedHashMap<>();
  private final long firstPatience;
  private long patience;
  private boolean draining;
  private long changedAt;
  private boolean excluded;

  /**
   * @param patience for how long others are held back at first
   * @param now monotonic nanoseconds
   */
  public Suspects(Duration patience, long now) {
    this.firstPatience = patience.toNanos();
    this.patience = firstPatience;
    this.changedAt = now - RECOVERY * firstPatience;
  }

  /** Takes a job that may start announced only; {@link PartitionClaim#start} said so. */
  public void add(
      PartitionClaim claim, OffsetTracker tracker, long offset, J job, boolean runsAlone) {
    Line<J> line = lines.computeIfAbsent(claim, c -> new Line<>(tracker));
    (runsAlone ? line.alone : line.beside).add(new Waiting<>(offset, job));
  }

  /** Whether jobs that are no suspects may start. */
  public boolean othersMayStart() {
    return !draining && !excluded;
  }

  /** Whether a settlement is needed although no job has ended: a suspect waits for its turn. */
  public boolean wantsSettlement(int running) {
    return lines.values().stream()
        .anyMatch(
            line ->
                line.current == null
                    && (!line.beside.isEmpty() || (!line.alone.isEmpty() && running == 0)));
  }

  /** A suspect's attempt has ended, whatever its outcome. */
  public void ended(PartitionClaim claim, long offset) {
    Line<J> line = lines.get(claim);
    if (line != null && line.current != null && line.current.offset == offset) {
      line.current = null;
      claim.ended(offset);
      if (line.beside.isEmpty() && line.alone.isEmpty()) {
        lines.remove(claim);
      }
    }
  }

  /** Forgets the suspects of a partition that is no longer owned. */
  public void drop(PartitionClaim claim) {
    lines.remove(claim);
  }

  /**
   * Decides what the settlement under way announces.
   *
   * @param owned the claims of all partitions of the process
   * @param running jobs that run in the process; those that ended do not count
   */
  public void prepare(Collection<PartitionClaim> owned, int running, long now) {
    PartitionClaim exclusive = underWay(owned);
    if (exclusive == null) {
      exclusive = announceAlone(running, now);
    }
    if (exclusive == null && !draining) {
      lines.forEach(
          (claim, line) -> {
            if (line.current == null && !line.beside.isEmpty()) {
              announce(claim, line, line.beside.remove(), false);
            }
          });
    }
    for (PartitionClaim claim : owned) {
      claim.quiet(exclusive != null && !claim.equals(exclusive));
    }
    exclude(owned);
  }

  /** The suspects that start now: the commit that announces them was made. */
  public List<J> started(Collection<PartitionClaim> owned) {
    List<J> jobs = new ArrayList<>();
    lines.forEach(
        (claim, line) -> {
          if (line.current != null && !line.started && claim.announced()) {
            line.started = true;
            jobs.add(line.current.job);
          }
        });
    exclude(owned);
    return jobs;
  }

  private static @Nullable PartitionClaim underWay(Collection<PartitionClaim> owned) {
    for (PartitionClaim claim : owned) {
      if (claim.suspect() != Claim.NONE && claim.excludesOthers()) {
        return claim;
      }
    }
    return null;
  }

  private void exclude(Collection<PartitionClaim> owned) {
    excluded = owned.stream().anyMatch(PartitionClaim::excludesOthers);
  }

  private @Nullable PartitionClaim announceAlone(int running, long now) {
    boolean idle = running == 0 && lines.values().stream().allMatch(line -> line.current == null);
    boolean wanted = false;
    for (Map.Entry<PartitionClaim, Line<J>> entry : lines.entrySet()) {
      Line<J> line = entry.getValue();
      wanted |= !line.alone.isEmpty();
      if (idle && !line.alone.isEmpty()) {
        announce(entry.getKey(), line, line.alone.remove(), true);
        draining = false;
        patience = firstPatience;
        changedAt = now - RECOVERY * firstPatience;
        return entry.getKey();
      }
    }
    drain(wanted, now);
    return null;
  }

  private void drain(boolean wanted, long now) {
    if (!wanted) {
      draining = false;
    } else if (draining && now - changedAt >= patience) {
      draining = false;
      changedAt = now;
      patience *= 2;
    } else if (!draining && now - changedAt >= RECOVERY * (patience / 2)) {
      draining = true;
      changedAt = now;
    }
  }

  private void announce(PartitionClaim claim, Line<J> line, Waiting<J> next, boolean runsAlone) {
    line.current = next;
    line.started = false;
    claim.announce(next.offset, runsAlone, line.tracker);
  }
}
