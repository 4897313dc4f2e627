package io.clusterdb.tasks.worker.engine;

/**
 * Which offsets of one partition are done. Confined to the owner thread.
 *
 * <p>Kept are the offsets that are <em>not</em> done: everything else below the position is. So
 * gaps (transaction markers, compacted records) need no care, and a long job at the base costs
 * nothing however much is done behind it. Work is in the number of unfinished records: delivering
 * and completing take constant time where offsets are dense and logarithmic time otherwise, and a
 * settlement takes one pass.
 *
 * <p>Completing is in two steps, since a settlement may abort: {@link #complete} marks what the
 * settlement under way holds, {@link #base}, {@link #end} and {@link #holes} tell what to commit
 * with it, and then either {@link #settled} makes it final or {@link #rollback} takes it back.
 *
 * <p>Whatever finishes in whatever order, the holes fit into a commit: {@link #deliver} refuses a
 * record beyond that ({@link Codes#worstSubset}). About 20,000 neighbouring records fit, or some
 * 600 that are spread over 100 million.
 */
public final class OffsetTracker {
  private final OpenOffsets open = new OpenOffsets();
  private int noteBits;

  /** Restored holes that no poll has returned yet: the last of those that are open. */
  private int awaited;

  private long position;
  private long end;

  private OffsetTracker(long base, int noteBits) {
    this.position = base;
    this.end = base;
    this.noteBits = noteBits;
  }

  /**
   * A tracker of a partition whose next offset is {@code base}, without anything done behind it.
   *
   * @param maxAttempts how often a job may be tried in place (1 where failed jobs move to another
   *     topic); room for the attempt of each job is kept in the commit
   */
  public static OffsetTracker at(long base, int maxAttempts) {
    return restore(base, CommitMetadata.fresh(base), maxAttempts);
  }

  /** A tracker that goes on from a commit. */
  public static OffsetTracker restore(long base, CommitMetadata metadata, int maxAttempts) {
    OffsetTracker tracker = new OffsetTracker(base, roomForNote(maxAttempts));
    Holes holes = metadata.holes();
    for (int i = 0; i < holes.size(); i++) {
      tracker.open.append(holes.offset(i), holes.note(i));
    }
    tracker.awaited = holes.size();
    tracker.end = Math.max(base, metadata.end());
    return tracker;
  }

  /** Keeps room for so many attempts of each job that comes from now on. */
  public void maxAttempts(int maxAttempts) {
    noteBits = roomForNote(maxAttempts);
  }

  private static int roomForNote(int maxAttempts) {
    return maxAttempts <= 1
        ? 0
        : Codes.gammaBound(1) + 1 + Note.bits(Note.of(Math.min(maxAttempts, Note.MAX_ATTEMPT), 0));
  }

  /** Takes a record that a poll returned. Records come in the order of their offsets. */
  public Delivery deliver(long offset) {
    if (offset < position) {
      return Delivery.SKIP;
    }
    passed(offset);
    if (offset < end) {
      position = offset + 1;
      if (awaited > 0 && open.offset(open.size() - awaited) == offset) {
        awaited--;
        return Delivery.RUN;
      }
      return Delivery.SKIP;
    }
    if (!open.fits(offset, 1, noteBits)) {
      return Delivery.FULL;
    }
    open.append(offset, Note.NONE);
    position = offset + 1;
    return Delivery.RUN;
  }

  /**
   * Says that no record below this offset is to come: restored holes below it were removed from the
   * log, so they are done. Call it with the consumer's position when a poll returned nothing, so
   * that markers at the log's end are passed too.
   */
  public void passed(long offset) {
    int first = open.size() - awaited;
    int gone = 0;
    while (gone < awaited && open.offset(first + gone) < offset) {
      gone++;
    }
    if (gone > 0) {
      open.remove(first, gone);
      awaited -= gone;
    }
    position = Math.max(position, offset);
  }

  /**
   * Marks a delivered record as done by the settlement under way.
   *
   * @return false if it is unknown, done or marked already
   */
  public boolean complete(long offset) {
    int index = open.find(offset);
    if (index < 0 || index >= open.size() - awaited || open.isMarked(index)) {
      return false;
    }
    open.mark(index);
    end = Math.max(end, offset + 1);
    return true;
  }

  /** The settlement was committed: what was marked is done. */
  public void settled() {
    open.removeMarked();
  }

  /** The settlement was aborted: what was marked is unfinished again. */
  public void rollback() {
    open.unmarkAll();
  }

  /**
   * Remembers the attempt that comes next for a delivered record, which is tried again in place; it
   * has ended, so that its overruns are forgotten. It does nothing if the record is done.
   */
  public void attempt(long offset, int attempt) {
    int index = open.find(offset);
    if (index >= 0) {
      open.note(index, Note.of(attempt, Note.crashes(open.note(index))));
      reveal(offset);
    }
  }

  /** The attempt that comes next for this record; 0 where the record's own header says it. */
  public int attempt(long offset) {
    int index = open.find(offset);
    return index < 0 ? 0 : Note.attempt(open.note(index));
  }

  /** How often this record's job has killed its worker. */
  public int crashes(long offset) {
    int index = open.find(offset);
    return index < 0 ? 0 : Note.crashes(open.note(index));
  }

  /** How many of its turns as a suspect this record's job has overrun since it last ended. */
  public int overruns(long offset) {
    int index = open.find(offset);
    return index < 0 ? 0 : Note.overruns(open.note(index));
  }

  /** Remembers a number of overruns; it does nothing if the record is done. */
  void rememberOverruns(long offset, int overruns) {
    int index = open.find(offset);
    if (index >= 0) {
      open.note(index, Note.withOverruns(open.note(index), overruns));
      reveal(offset);
    }
  }

  /** Makes the commit name this delivered record as a hole, although nothing is done behind it. */
  public void reveal(long offset) {
    if (offset < position) {
      end = Math.max(end, offset + 1);
    }
  }

  /** The offset to commit: the first that is not done, counting what is marked as done. */
  public long base() {
    return open.firstUnmarked(Math.max(position, end));
  }

  /** Offsets from the base up to here, exclusive, are done unless they are holes. */
  public long end() {
    return Math.max(end, base());
  }

  /** What is not done between base and end, counting what is marked as done. */
  public Holes holes() {
    return open.holesBelow(end);
  }

  /** Whether the offset is done for good: settled, or absent from the log below the position. */
  public boolean isCompleted(long offset) {
    return offset < Math.max(position, end) && open.find(offset) < 0;
  }

  /** The offset behind the last record that was delivered, or passed. */
  public long position() {
    return position;
  }

  /**
   * The lowest offset that still has to be polled. It is behind the position where everything up to
   * a restored hole, or up to the restored end, is done: seek there to skip it.
   */
  public long nextWanted() {
    return awaited > 0 ? open.offset(open.size() - awaited) : Math.max(position, end);
  }

  /** Records that are buffered or running: delivered and not marked as done. */
  public int unfinished() {
    return open.size() - awaited - open.marked();
  }

  /** Restored holes that no poll has returned yet. */
  public int awaited() {
    return awaited;
  }

  /** Records that are not done although later ones are. */
  public int openBelowEnd() {
    return open.unmarkedBelow(end);
  }

  /** Offsets behind the base that are done, for the depth of the queue; gaps count too. */
  public long doneBehindBase() {
    return Math.max(0, end - base() - open.unmarkedBelow(end));
  }

  /** Whether this many more records fit, if they follow each other without large gaps. */
  public boolean hasRoomFor(int records) {
    return open.fits(Math.max(position, end) + records - 1, records, noteBits);
  }
}
