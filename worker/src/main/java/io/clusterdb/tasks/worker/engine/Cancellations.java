package io.clusterdb.tasks.worker.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are no longer wanted, as commands say; the newest commands win where there are too
 * many. While there is none, asking costs one read of a field. Thread-safe.
 */
public final class Cancellations {
  /** So many commands to one job are remembered: each names a run of its own. */
  static final int MOST_OF_A_JOB = 16;

  private final int most;
  private final Map<String, List<Cancellation>> byJob = new LinkedHashMap<>();
  private volatile long version;

  /**
   * A command to end a job.
   *
   * @param commandId what the answer names
   * @param jobId the job's id
   * @param run the run that is meant; null for whichever was there at {@code at}
   * @param at when it was asked, in milliseconds since 1970
   * @param reason for people; null for none
   */
  public record Cancellation(
      String commandId, String jobId, @Nullable String run, long at, @Nullable String reason) {
    /** Whether a run, enqueued at this time in milliseconds since 1970, is meant. */
    boolean isAbout(String thatRun, long createdAt) {
      return run == null ? createdAt <= at : run.equals(thatRun);
    }
  }

  /**
   * Creates an empty set.
   *
   * @param most jobs whose cancellations are remembered; the longest known are forgotten first
   */
  public Cancellations(int most) {
    this.most = most;
  }

  /**
   * Remembers a command; the same one twice is one.
   *
   * @return the job whose commands were forgotten to make room; null for none
   */
  public synchronized @Nullable String add(Cancellation command) {
    List<Cancellation> known = byJob.remove(command.jobId());
    List<Cancellation> all = known == null ? new ArrayList<>(1) : known;
    all.removeIf(each -> each.commandId().equals(command.commandId()));
    if (all.size() >= MOST_OF_A_JOB) {
      all.remove(0);
    }
    all.add(command);
    byJob.put(command.jobId(), all);
    String forgotten = byJob.size() > most ? forgetOldest() : null;
    version++;
    return forgotten;
  }

  private String forgetOldest() {
    Iterator<String> oldest = byJob.keySet().iterator();
    String forgotten = oldest.next();
    oldest.remove();
    return forgotten;
  }

  /** Grows with every command, from 0; whoever saw it grow looks again at what runs. */
  public long version() {
    return version;
  }

  /**
   * The command that ends a run.
   *
   * @param createdAt when the run was enqueued, in milliseconds since 1970
   * @return null if none does
   */
  public @Nullable Cancellation of(String jobId, String run, long createdAt) {
    return version == 0 ? null : find(jobId, run, createdAt);
  }

  private synchronized @Nullable Cancellation find(String jobId, String run, long createdAt) {
    for (Cancellation command : byJob.getOrDefault(jobId, List.of())) {
      if (command.isAbout(run, createdAt)) {
        return command;
      }
    }
    return null;
  }
}
