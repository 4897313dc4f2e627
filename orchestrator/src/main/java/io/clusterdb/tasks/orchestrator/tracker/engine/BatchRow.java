package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the jobs of a batch are getting on. Immutable; each change comes once, and makes a new one.
 *
 * @param byState runs by state; those of no state are left out
 * @param gone dead letters that were replayed, which make other runs, or purged
 * @param total how many jobs the batch has; -1 while it is open
 * @param then whether a job is to be enqueued when all have ended
 * @param complete whether all have ended once; never taken back
 * @param changedAt when it changed last, in milliseconds since 1970
 */
public record BatchRow(
    Map<JobState, Long> byState,
    long gone,
    long total,
    boolean then,
    boolean complete,
    long changedAt) {
  /** Of a batch of which nothing is known. */
  public static final BatchRow NONE = new BatchRow(Map.of(), 0, -1, false, false, 0);

  private static final int VERSION = 1;

  /** Copies what may change. */
  public BatchRow {
    byState = Map.copyOf(byState);
  }

  /**
   * A run has come into a state.
   *
   * @param from the state that it left; null for none
   * @param to null if its dead letter has gone
   */
  public BatchRow moved(@Nullable JobState from, @Nullable JobState to, long now) {
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    counts.putAll(byState);
    if (from != null) {
      counts.merge(from, -1L, Long::sum);
    }
    if (to != null) {
      counts.merge(to, 1L, Long::sum);
    }
    counts.values().removeIf(count -> count <= 0);
    return new BatchRow(
        counts, gone + (from != null && to == null ? 1 : 0), total, then, complete, now);
  }

  /** It is told how many jobs there are; a batch that is closed stays as it is. */
  public BatchRow closed(long jobs, boolean withJob, long now) {
    return total >= 0 ? this : new BatchRow(byState, gone, jobs, withJob, complete, now);
  }

  /** Whether all jobs have ended, for the first time. */
  public boolean completes() {
    return !complete && total >= 0 && live() == 0 && done() + gone >= total;
  }

  /** It is complete. */
  public BatchRow completed(long now) {
    return new BatchRow(byState, gone, total, then, true, now);
  }

  /** Runs that have ended. */
  public long done() {
    return count(true);
  }

  /** Runs that have not ended. */
  public long live() {
    return count(false);
  }

  private long count(boolean ended) {
    return byState.entrySet().stream()
        .filter(each -> each.getKey().terminal() == ended)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Whether nothing more is expected of it, whatever its age. */
  public boolean settled() {
    return complete || (total < 0 && live() == 0);
  }

  /** As bytes. */
  public byte[] write() {
    ByteWriter out = new ByteWriter();
    out.put(VERSION).put((then ? 1 : 0) | (complete ? 2 : 0));
    out.signed(total).number(gone).number(changedAt).number(byState.size());
    byState.forEach((state, count) -> out.put(code(state)).number(count));
    return out.bytes();
  }

  /** From bytes. */
  public static BatchRow read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.next();
    if (version != VERSION) {
      throw new IllegalStateException(
          "expected a batch's row of version %d in the store, found %d. A newer orchestrator wrote it: run that version."
              .formatted(VERSION, version));
    }
    int flags = in.next();
    long total = in.signed();
    long gone = in.number();
    long changedAt = in.number();
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    for (long left = in.number(); left > 0; left--) {
      JobState state = state(in.next());
      long count = in.number();
      if (state != null) {
        counts.put(state, count);
      }
    }
    return new BatchRow(counts, gone, total, (flags & 1) != 0, (flags & 2) != 0, changedAt);
  }

  /** A move as bytes, on its way to the partition of the batch. */
  public static byte[] move(@Nullable JobState from, @Nullable JobState to) {
    return new byte[] {VERSION, (byte) code(from), (byte) code(to)};
  }

  /** With the move that these bytes say. */
  public BatchRow moved(byte[] move, long now) {
    if (move.length != 3 || move[0] != VERSION) {
      throw new IllegalStateException("expected a move of a job in its batch, found other bytes");
    }
    return moved(state(move[1]), state(move[2]), now);
  }

  private static int code(@Nullable JobState state) {
    return switch (state) {
      case null -> 0;
      case SCHEDULED -> 1;
      case QUEUED -> 2;
      case RUNNING -> 3;
      case RETRYING -> 4;
      case SUCCEEDED -> 5;
      case DEAD -> 6;
      case CANCELLED -> 7;
    };
  }

  private static @Nullable JobState state(int code) {
    return switch (code) {
      case 0 -> null;
      case 1 -> JobState.SCHEDULED;
      case 2 -> JobState.QUEUED;
      case 3 -> JobState.RUNNING;
      case 4 -> JobState.RETRYING;
      case 5 -> JobState.SUCCEEDED;
      case 6 -> JobState.DEAD;
      case 7 -> JobState.CANCELLED;
      default ->
          throw new IllegalStateException(
              "expected the code of a job's state, found %d. A newer orchestrator wrote it: run that version."
                  .formatted(code));
    };
  }
}
