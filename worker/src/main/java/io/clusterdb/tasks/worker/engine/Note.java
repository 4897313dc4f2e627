package io.clusterdb.tasks.worker.engine;

/**
 * What is remembered of an unfinished job, packed into an int: the attempt that comes next (0 where
 * the record's own header says it), how often the job has killed its worker, and how many of its
 * turns as a suspect it has overrun since it last ended. The sign is left to {@link OpenOffsets}.
 */
final class Note {
  static final int NONE = 0;
  static final int MAX_ATTEMPT = (1 << 20) - 1;
  static final int MAX_CRASHES = (1 << 7) - 1;
  static final int MAX_OVERRUNS = (1 << 4) - 1;

  private static final int CRASHES = 20;
  private static final int OVERRUNS = 27;

  private Note() {}

  static int of(int attempt, int crashes) {
    if (attempt < 0 || crashes < 0) {
      throw new IllegalArgumentException(
          "Expected an attempt and a number of crashes of 0 or more, found "
              + attempt
              + " and "
              + crashes);
    }
    return Math.min(attempt, MAX_ATTEMPT) | Math.min(crashes, MAX_CRASHES) << CRASHES;
  }

  /** The note with this number of overruns instead of its own. */
  static int withOverruns(int note, int overruns) {
    return withoutOverruns(note) | Math.min(Math.max(0, overruns), MAX_OVERRUNS) << OVERRUNS;
  }

  static int withoutOverruns(int note) {
    return note & ~(MAX_OVERRUNS << OVERRUNS);
  }

  static int attempt(int note) {
    return note & MAX_ATTEMPT;
  }

  static int crashes(int note) {
    return (note >>> CRASHES) & MAX_CRASHES;
  }

  static int overruns(int note) {
    return (note >>> OVERRUNS) & MAX_OVERRUNS;
  }

  /** Bits of a note in a commit, without the place of its hole and without its overruns. */
  static int bits(int note) {
    return Codes.gamma(attempt(note) + 1) + Codes.gamma(crashes(note) + 1);
  }
}
