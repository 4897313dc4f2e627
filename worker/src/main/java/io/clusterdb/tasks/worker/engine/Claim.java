package io.clusterdb.tasks.worker.engine;

/**
 * Who owns a partition and how its owners have fared, as each commit says it. Made and changed by
 * {@link Claims}, which explains the rules. Immutable.
 *
 * @param clean whether the owner has handed the partition over: nothing of it runs any more
 * @param crashes takeovers in a row from an owner that was not clean, without a finished job
 *     between them; for people to see, no rule depends on it
 * @param number counts the claims of the partition from 1; 0 before the first
 * @param owner short name of the owner, at most {@value #MAX_OWNER} ASCII characters
 * @param limit the owner starts no job at this offset or behind it before a commit has a higher
 *     limit
 * @param exposedOnce unfinished offsets below it may have run at a crash
 * @param exposedTwice unfinished offsets below it may have run at two crashes: suspects
 * @param suspect the suspect that is announced to run, or {@link #NONE}
 * @param alone whether nothing else runs in the owner's process while the suspect runs
 */
public record Claim(
    boolean clean,
    int crashes,
    long number,
    String owner,
    long limit,
    long exposedOnce,
    long exposedTwice,
    long suspect,
    boolean alone) {
  /** Value of {@link #suspect} when none is announced. */
  public static final long NONE = -1;

  /** Longest name of an owner; what is longer is cut. */
  public static final int MAX_OWNER = 24;

  /** Cuts the owner's name to what a commit holds. */
  public Claim {
    if (owner.length() > MAX_OWNER || !owner.chars().allMatch(c -> c > ' ' && c <= '~')) {
      String ascii = owner.replaceAll("[^!-~]", "_");
      owner = ascii.substring(0, Math.min(ascii.length(), MAX_OWNER));
    }
  }

  /** The claim of a partition that never had an owner. */
  public static Claim fresh(long base) {
    return new Claim(true, 0, 0, "", base, base, base, NONE, false);
  }

  /** The claim where a commit says nothing that we understand. */
  public static Claim unknown(long base) {
    return new Claim(false, 0, 0, "", base, base, base, NONE, false);
  }

  /** This claim after a job finished. */
  Claim withoutCrashes() {
    return crashes == 0
        ? this
        : new Claim(clean, 0, number, owner, limit, exposedOnce, exposedTwice, suspect, alone);
  }

  /** This claim while jobs run, up to the limit and with this suspect announced. */
  Claim running(long newLimit, long announced, boolean runsAlone) {
    return new Claim(
        false, crashes, number, owner, newLimit, exposedOnce, exposedTwice, announced, runsAlone);
  }

  /** This claim at a clean end: nothing runs any more. */
  Claim released(long base) {
    return new Claim(true, 0, number, owner, base, exposedOnce, exposedTwice, NONE, false);
  }
}
