package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for. Immutable.
 *
 * @param limit most entries, from 1 to 1,000
 * @param cursor where the part before it ended; null for the start
 */
public record PageRequest(int limit, @Nullable String cursor) {
  /** Most entries of a part. */
  public static final int MOST = 1_000;

  /** Checks the limit. */
  public PageRequest {
    Checks.that(limit >= 1 && limit <= MOST, "a limit of 1 to " + MOST, limit);
  }

  /** The first part of this size. */
  public static PageRequest first(int limit) {
    return new PageRequest(limit, null);
  }

  /** The part that follows one that ended with this cursor. */
  public PageRequest after(String end) {
    return new PageRequest(limit, end);
  }
}
