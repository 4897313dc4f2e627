package io.clusterdb.tasks.it.cluster;

/**
 * The payload of a job of the load.
 *
 * @param ms how long its handler takes
 * @param key its ordering key; empty for none
 * @param seq its place among the jobs of its key
 * @param fate how its handler ends
 */
record Work(int ms, String key, long seq, Fate fate) {
  /** How a handler ends. */
  enum Fate {
    GOOD,
    /** The first attempt fails. */
    FLAKY,
    /** It can never work. */
    BAD
  }

  static Work good(int ms) {
    return new Work(ms, "", 0, Fate.GOOD);
  }
}
