package io.clusterdb.tasks.worker.engine;

/**
 * What is remembered of an unfinished job, packed into an int: the attempt that comes next (0 where
 * the record's own header says it) and how often the job has killed its worker.
 */
final class Note {
  static final int NONE = 0;
  static final int MAX_ATTEMPT = (1 << 20) - 1;
  static final int MAX_CRASHES = 255;

  private Note() {}

  static int of(int attempt, int crashes) {
    if (attempt < 0 || crashes < 0) {
      throw new IllegalArgumentException(
          "Expected an attempt and a number of crashes of 0 or more, found "
              + attempt
              + " and "
              + crashes);
    }
    return Math.min(attempt, MAX_ATTEMPT) | Math.min(crashes, MAX_CRASHES) << 20;
  }

  static int attempt(int note) {
    return note & MAX_ATTEMPT;
  }

  static int crashes(int note) {
    return (note >>> 20) & MAX_CRASHES;
  }

  /** Bits of a note in a commit, without the place of its hole. */
  static int bits(int note) {
    return Codes.gamma(attempt(note) + 1) + Codes.gamma(crashes(note) + 1);
  }
}
