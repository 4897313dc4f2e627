package io.clusterdb.tasks.worker.engine;

import java.util.Arrays;

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
  private static final int COMPLETING = 1 << 31;

  private final int noteBits;
  private long[] offsets = new long[64];
  private int[] notes = new int[64];
  private int size;

  /** Restored holes that no poll has returned yet: the last of the list. */
  private int awaited;

  private int completing;
  private long position;
  private long end;
  private long gammaBounds;
  private long notedBits;
  private int noted;

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
      tracker.append(holes.offset(i), holes.note(i));
    }
    tracker.awaited = holes.size();
    tracker.end = Math.max(base, metadata.end());
    return tracker;
  }

  private static int roomForNote(int maxAttempts) {
    return maxAttempts <= 1
        ? 0
        : Codes.gammaBound(1) + Note.bits(Note.of(Math.min(maxAttempts, Note.MAX_ATTEMPT), 0));
  }

  /** Takes a record that a poll returned. Records come in the order of their offsets. */
  public Delivery deliver(long offset) {
    if (offset < position) {
      return Delivery.SKIP;
    }
    if (awaited > 0 && offset < end) {
      return deliverAwaited(offset);
    }
    if (offset < end) {
      position = offset + 1;
      return Delivery.SKIP;
    }
    passed(offset);
    if (!fits(offset)) {
      return Delivery.FULL;
    }
    append(offset, Note.NONE);
    position = offset + 1;
    return Delivery.RUN;
  }

  private Delivery deliverAwaited(long offset) {
    passed(offset);
    position = offset + 1;
    if (awaited > 0 && offsets[size - awaited] == offset) {
      awaited--;
      return Delivery.RUN;
    }
    return Delivery.SKIP;
  }

  /**
   * Says that no record below this offset is to come: restored holes below it were removed from the
   * log, so they are done. Call it with the consumer's position when a poll returned nothing, so
   * that markers at the log's end are passed too.
   */
  public void passed(long offset) {
    int first = size - awaited;
    int gone = 0;
    while (gone < awaited && offsets[first + gone] < offset) {
      gone++;
    }
    if (gone > 0) {
      System.arraycopy(offsets, first + gone, offsets, first, awaited - gone);
      System.arraycopy(notes, first + gone, notes, first, awaited - gone);
      size -= gone;
      awaited -= gone;
      recount();
    }
    position = Math.max(position, offset);
  }

  /**
   * Marks a delivered record as done by the settlement under way.
   *
   * @return false if it is unknown, done or marked already
   */
  public boolean complete(long offset) {
    int index = find(offset);
    if (index < 0 || index >= size - awaited || notes[index] < 0) {
      return false;
    }
    notes[index] |= COMPLETING;
    completing++;
    end = Math.max(end, offset + 1);
    return true;
  }

  /** The settlement was committed: what was marked is done. */
  public void settled() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (notes[i] >= 0) {
        offsets[kept] = offsets[i];
        notes[kept++] = notes[i];
      }
    }
    size = kept;
    completing = 0;
    recount();
  }

  /** The settlement was aborted: what was marked is unfinished again. */
  public void rollback() {
    for (int i = 0; i < size; i++) {
      notes[i] &= ~COMPLETING;
    }
    completing = 0;
  }

  /**
   * Remembers the attempt that comes next for a delivered record, which is tried again in place. It
   * does nothing if the record is done.
   */
  public void attempt(long offset, int attempt) {
    int index = find(offset);
    if (index >= 0) {
      int old = notes[index] & ~COMPLETING;
      int note = Note.of(attempt, Note.crashes(old));
      notes[index] = (notes[index] & COMPLETING) | note;
      countNote(old, -1);
      countNote(note, 1);
      reveal(offset);
    }
  }

  /** The attempt that comes next for this record; 0 where the record's own header says it. */
  public int attempt(long offset) {
    int index = find(offset);
    return index < 0 ? 0 : Note.attempt(notes[index]);
  }

  /** How often this record's job has killed its worker. */
  public int crashes(long offset) {
    int index = find(offset);
    return index < 0 ? 0 : Note.crashes(notes[index]);
  }

  /** Makes the commit name this delivered record as a hole, although nothing is done behind it. */
  public void reveal(long offset) {
    if (offset < position) {
      end = Math.max(end, offset + 1);
    }
  }

  /** The offset to commit: the first that is not done, counting what is marked as done. */
  public long base() {
    if (size > 0 && notes[0] >= 0) {
      return offsets[0];
    }
    for (int i = 1; i < size; i++) {
      if (notes[i] >= 0) {
        return offsets[i];
      }
    }
    return Math.max(position, end);
  }

  /** Offsets from the base up to here, exclusive, are done unless they are holes. */
  public long end() {
    return Math.max(end, base());
  }

  /** What is not done between base and end, counting what is marked as done. */
  public Holes holes() {
    int count = 0;
    for (int i = 0; i < size && offsets[i] < end; i++) {
      count += notes[i] >= 0 ? 1 : 0;
    }
    if (count == 0) {
      return Holes.NONE;
    }
    long[] holeOffsets = new long[count];
    int[] holeNotes = new int[count];
    for (int i = 0, j = 0; j < count; i++) {
      if (notes[i] >= 0) {
        holeOffsets[j] = offsets[i];
        holeNotes[j++] = notes[i];
      }
    }
    return new Holes(holeOffsets, holeNotes);
  }

  /** Whether the offset is done for good: settled, or absent from the log below the position. */
  public boolean isCompleted(long offset) {
    return offset < Math.max(position, end) && find(offset) < 0;
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
    return awaited > 0 ? offsets[size - awaited] : Math.max(position, end);
  }

  /** Records that are buffered or running: delivered and not marked as done. */
  public int unfinished() {
    return size - awaited - completing;
  }

  /** Restored holes that no poll has returned yet. */
  public int awaited() {
    return awaited;
  }

  /** Offsets behind the base that are done, for the depth of the queue; gaps count too. */
  public long doneBehindBase() {
    long base = base();
    long open = 0;
    for (int i = 0; i < size && offsets[i] < end; i++) {
      open += notes[i] >= 0 ? 1 : 0;
    }
    return Math.max(0, end - base - open);
  }

  /** Whether this many more records fit, if they follow each other without large gaps. */
  public boolean hasRoomFor(int records) {
    return size == 0 || fits(Math.max(position, end) + records - 1, records);
  }

  private boolean fits(long offset) {
    return size == 0 || fits(offset, 1);
  }

  private boolean fits(long offset, int records) {
    int count = size + records;
    long span = offset - offsets[0] + 1;
    long gammas = gammaBounds + (records - 1) * 2L + Codes.gammaBound(offset - offsets[size - 1]);
    return Codes.worstSubset(count, span, gammas) + noteBound(count) <= HoleCode.HOLE_BITS;
  }

  private long noteBound(int count) {
    long places = Math.min(2L * count, (long) noted * Codes.gammaBound(count));
    return Math.max((long) noteBits * count, places + notedBits - HoleCode.NOTE_BITS);
  }

  private void append(long offset, int note) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      notes = Arrays.copyOf(notes, size * 2);
    }
    gammaBounds += size == 0 ? 2 : Codes.gammaBound(offset - offsets[size - 1]);
    offsets[size] = offset;
    notes[size++] = note;
    countNote(note, 1);
  }

  private void countNote(int note, int sign) {
    if (note != Note.NONE) {
      noted += sign;
      notedBits += sign * (1L + Note.bits(note));
    }
  }

  private void recount() {
    gammaBounds = 0;
    notedBits = 0;
    noted = 0;
    for (int i = 0; i < size; i++) {
      gammaBounds += i == 0 ? 2 : Codes.gammaBound(offsets[i] - offsets[i - 1]);
      countNote(notes[i] & ~COMPLETING, 1);
    }
  }

  private int find(long offset) {
    if (size == 0) {
      return -1;
    }
    long guess = offset - offsets[0];
    if (guess >= 0 && guess < size && offsets[(int) guess] == offset) {
      return (int) guess;
    }
    return Arrays.binarySearch(offsets, 0, size, offset);
  }
}
