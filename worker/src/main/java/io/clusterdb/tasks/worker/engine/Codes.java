package io.clusterdb.tasks.worker.engine;

/** Lengths of the codes in which holes are written, in bits. */
final class Codes {
  private Codes() {}

  /** Bits of a number of 1 or more without leading zeros. */
  static int bitLength(long value) {
    return 64 - Long.numberOfLeadingZeros(value);
  }

  /** Bits of Elias gamma code of a number of 1 or more. */
  static int gamma(long value) {
    return 2 * bitLength(value) - 1;
  }

  /**
   * A bound of {@link #gamma} that is subadditive: {@code gammaBound(a + b) <= gammaBound(a) +
   * gammaBound(b)}. So when a hole closes and the distances on both its sides become one, the sum
   * of the bounds never grows.
   */
  static int gammaBound(long value) {
    return 2 * bitLength(value);
  }

  /**
   * The most bits that {@code count} holes within {@code span} offsets take in Rice code with
   * parameter k. It never grows when a hole closes or the span shrinks; k = 0 is a bit set.
   */
  static long rice(long count, long span, int k) {
    return count * (k + 1) + ((span - count) >>> k);
  }

  /** The parameter with the least {@link #rice}. */
  static int bestRice(long count, long span) {
    int best = 0;
    for (int k = 1; k < 48; k++) {
      if (rice(count, span, k) < rice(count, span, best)) {
        best = k;
      }
    }
    return best;
  }

  /**
   * The most bits that any subset of a set of holes takes, in whichever code suits it best.
   *
   * @param gammaBounds the sum of {@link #gammaBound} over the distances between the holes
   */
  static long worstSubset(long count, long span, long gammaBounds) {
    if (count == 0) {
      return 0;
    }
    int k = bitLength(Math.max(1, span / count)) - 1;
    return Math.min(gammaBounds, Math.min(span, rice(count, span, k)));
  }
}
