package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Runs a workflow's task once for each element of a list, with {@code {{item}}} and {@code
 * {{index}}} in its templates; its output is the list of the outputs in the list's order.
 *
 * @param items a list, or a template of one such as {@code {{input.files}}}
 * @param concurrency how many run at once, from 1; null for {@value #DEFAULT_CONCURRENCY}
 */
public record ForEach(Object items, @Nullable Integer concurrency) {
  /** How many elements run at once unless said otherwise. */
  public static final int DEFAULT_CONCURRENCY = 100;

  /** Most elements of a list. */
  public static final int MAX_ITEMS = 100_000;

  /** Checks the values. */
  public ForEach {
    if (concurrency != null) {
      Checks.that(
          concurrency >= 1 && concurrency <= MAX_ITEMS,
          "a concurrency from 1 to " + MAX_ITEMS,
          concurrency);
    }
  }

  /** As many at once as {@link #DEFAULT_CONCURRENCY}. */
  public static ForEach of(Object items) {
    return new ForEach(items, null);
  }

  /** With this many at once. */
  public ForEach concurrency(int most) {
    return new ForEach(items, most);
  }

  /** How many run at once. */
  public int atOnce() {
    return concurrency == null ? DEFAULT_CONCURRENCY : concurrency;
  }
}
