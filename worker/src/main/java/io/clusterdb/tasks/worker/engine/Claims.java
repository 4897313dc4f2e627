package io.clusterdb.tasks.worker.engine;

/**
 * What a new owner commits before it runs anything of a partition, so that a job that kills its
 * worker is found, and only that job. Pure functions.
 *
 * <h2>What a successor knows</h2>
 *
 * Only the last commit and the log. What ran at the crash may have been dispatched after that
 * commit. So an owner writes ahead how far it goes: a commit holds a {@link Claim#limit}, and no
 * job at or behind it starts before a commit with a higher limit is durable ({@link PartitionClaim}
 * keeps that). A job that was delivered is below every later limit, so whatever ran at the crash is
 * an unfinished offset below the last committed limit; and since it was read, it is below the log's
 * end. That range, {@code min(limit, log end)}, is <em>exposed</em>. It is at most as long as the
 * lookahead in excess, and an idle partition's is empty.
 *
 * <h2>From exposed to suspect</h2>
 *
 * One crash may have any cause, so after the first everything runs as before. What is still
 * unfinished when a second owner dies, too, is a <em>suspect</em>. This is counted for ranges, not
 * for the partition: at an unclean takeover what was exposed once becomes exposed twice, and the
 * new range exposed once. "No progress" hence means that this very job did not finish; that others
 * did finish between two crashes does not let a killer go on for ever. Offsets leave the ranges by
 * being done, so two offsets say it all. A killer can thus kill at most two workers before it is a
 * suspect: if it ran it was exposed. Being a suspect costs an innocent job only time.
 *
 * <h2>From suspect to dead letter</h2>
 *
 * Suspects of a partition run one at a time, each announced: the commit that names it is durable
 * before it starts, and stays until a commit says how it ended. At an unclean takeover the
 * announced suspect is counted one crash. But the process may have died of something else that ran
 * in it: a job of another partition, or one that is no suspect yet. So a count alone does not prove
 * anything, and a suspect that has one runs <em>alone</em> from then on: nothing else runs in the
 * process from before the announcement is durable until its end is. After {@code maxCrashes}
 * counts, at least one of them alone (all but the first), the job is a dead letter without another
 * run. So whatever the number of killers, jobs that do not kill are never counted twice because of
 * them. With {@code maxCrashes} 1 every suspect runs alone. What no log can tell from a killer is a
 * job during which the process is killed from outside, alone, again and again.
 *
 * <h2>Turns</h2>
 *
 * A suspect may be a job of ten minutes that had bad luck. So it is announced for a <em>turn</em>
 * only ({@link Turns}), which begins when it starts, or, alone, when it may. If it still runs then,
 * the next commit names it no more, and it goes on beside all others, uncounted: others are not
 * kept from running, nor other suspects from their turns, and those that have overrun least come
 * first. The process waits just as long for all else to end before that; if something goes on and
 * on, the suspect's turn is over before it began, and it starts beside that. Either way the commit
 * counts that it has <em>overrun</em>, in the note of its hole, before anybody runs beside it, and
 * each overrun doubles its next turn. Overruns are forgotten when an attempt of it ends, and one is
 * taken back where its partition is handed over: they count in a row only what a crash may have
 * come from. An attempt that ends has killed nobody: if the job is tried again in place, it is no
 * suspect for the rest of the tenure, and waits for no turn. So a killer whose turn was too short
 * when it killed has a longer one next time, and is counted in the end: it ends at most {@code 2 +
 * maxCrashes} processes, one more for each doubling of the first turn up to the time after which it
 * kills or for which other jobs run beside it, whichever is longer, and one more for each attempt
 * of it that ended. And a process stands still for long only if as many have died before.
 *
 * <h2>Why others go on</h2>
 *
 * Suspects hold nothing up but each other, until one's turn is over: jobs that are none start as
 * ever beside a suspect that is not alone. With ordering by key suspects wait in their keys' lines
 * like all others, and keep their keys until they have ended: what follows a suspect in its key
 * waits for it, and no suspect is announced that another one has to end for. While a suspect runs
 * alone, nothing of the process's other partitions runs, so their commits say clean ({@link
 * PartitionClaim#quiet}), and its crash exposes none of their jobs. A crash during a suspect that
 * runs alone exposes nothing of its own partition either.
 *
 * <h2>Clean ends</h2>
 *
 * An owner that hands over after its jobs ended or were interrupted commits clean: its successor
 * exposes and counts nothing, but inherits ranges and counts, so a rebalance neither convicts nor
 * acquits. A commit that no worker wrote (an operator reset the offsets) exposes nothing.
 */
public final class Claims {
  /** Offsets behind the position that a first commit lets an owner start. */
  static final int FIRST_LOOKAHEAD = 500;

  private Claims() {}

  /**
   * The metadata to commit at a takeover, before anything of the partition is dispatched. The
   * tracker is restored from it.
   *
   * @param base the committed offset, or where the partition starts
   * @param last what was committed with it; {@link CommitMetadata#fresh} if nothing was
   * @param logEnd the log's end as this consumer sees it (read committed); only asked of the broker
   *     if the last owner was not clean, else any offset will do
   * @param owner short name of the new owner
   */
  public static CommitMetadata take(long base, CommitMetadata last, long logEnd, String owner) {
    Claim before = last.claim();
    long limit = last.end() + FIRST_LOOKAHEAD;
    if (before.clean()) {
      return new CommitMetadata(
          new Claim(
              false,
              before.crashes(),
              before.number() + 1,
              owner,
              limit,
              before.exposedOnce(),
              before.exposedTwice(),
              Claim.NONE,
              false),
          last.end(),
          last.holes());
    }
    boolean others = before.suspect() == Claim.NONE || !before.alone();
    long exposed = Math.min(before.limit(), logEnd);
    return new CommitMetadata(
        new Claim(
            false,
            before.crashes() + 1,
            before.number() + 1,
            owner,
            limit,
            others ? Math.max(before.exposedOnce(), exposed) : before.exposedOnce(),
            others ? Math.max(before.exposedTwice(), before.exposedOnce()) : before.exposedTwice(),
            Claim.NONE,
            false),
        last.end(),
        last.holes().withCrash(before.suspect()));
  }
}
