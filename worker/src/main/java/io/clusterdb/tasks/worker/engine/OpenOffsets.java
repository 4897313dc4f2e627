package io.clusterdb.tasks.worker.engine;

import java.util.Arrays;

/**
 * The offsets of a partition that are not done, in ascending order, with a note and a mark each,
 * and what they may cost in a commit at most. Confined to the owner thread.
 */
final class OpenOffsets {
  private static final int MARK = 1 << 31;

  private long[] offsets = new long[64];
  private int[] notes = new int[64];
  private int size;
  private int marked;
  private long gammaBounds;
  private long notedBits;
  private int noted;
  private int withOverruns;

  int size() {
    return size;
  }

  /** How many are marked. */
  int marked() {
    return marked;
  }

  long offset(int index) {
    return offsets[index];
  }

  int note(int index) {
    return notes[index] & ~MARK;
  }

  boolean isMarked(int index) {
    return notes[index] < 0;
  }

  /** Index of the offset; negative if it is none of these. */
  int find(long offset) {
    if (size == 0) {
      return -1;
    }
    long guess = offset - offsets[0];
    if (guess >= 0 && guess < size && offsets[(int) guess] == offset) {
      return (int) guess;
    }
    return Arrays.binarySearch(offsets, 0, size, offset);
  }

  /** Adds an offset above all others. */
  void append(long offset, int note) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      notes = Arrays.copyOf(notes, size * 2);
    }
    gammaBounds += Codes.gammaBound(size == 0 ? 1 : offset - offsets[size - 1]);
    offsets[size] = offset;
    notes[size++] = note;
    count(note, 1);
  }

  void mark(int index) {
    notes[index] |= MARK;
    marked++;
  }

  void unmarkAll() {
    for (int i = 0; i < size; i++) {
      notes[i] &= ~MARK;
    }
    marked = 0;
  }

  void removeMarked() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (notes[i] >= 0) {
        offsets[kept] = offsets[i];
        notes[kept++] = notes[i];
      }
    }
    size = kept;
    marked = 0;
    recount();
  }

  /** Removes offsets that are not marked, from this index on. */
  void remove(int from, int count) {
    System.arraycopy(offsets, from + count, offsets, from, size - from - count);
    System.arraycopy(notes, from + count, notes, from, size - from - count);
    size -= count;
    recount();
  }

  void note(int index, int note) {
    count(note(index), -1);
    count(note, 1);
    notes[index] = (notes[index] & MARK) | note;
  }

  /** The lowest offset that is not marked, or this default. */
  long firstUnmarked(long orElse) {
    for (int i = 0; i < size; i++) {
      if (notes[i] >= 0) {
        return offsets[i];
      }
    }
    return orElse;
  }

  /** How many below this offset are not marked. */
  int unmarkedBelow(long end) {
    int count = 0;
    for (int i = 0; i < size && offsets[i] < end; i++) {
      count += notes[i] >= 0 ? 1 : 0;
    }
    return count;
  }

  /** What is not marked below this offset. */
  Holes holesBelow(long end) {
    int count = unmarkedBelow(end);
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

  /**
   * Whether this many records up to this offset can be added so that any subset of all fits into a
   * commit.
   *
   * @param noteBits room to keep for the note of each
   */
  boolean fits(long last, int records, int noteBits) {
    if (size == 0) {
      return true;
    }
    int count = size + records;
    long gammas = gammaBounds + 2L * (records - 1) + Codes.gammaBound(last - offsets[size - 1]);
    long holes = Codes.worstSubset(count, last - offsets[0] + 1, gammas);
    long places = places(noted, count) + places(withOverruns, count);
    long notesNow = places + notedBits - HoleCode.NOTE_BITS;
    return holes + Math.max((long) noteBits * count, notesNow) <= HoleCode.HOLE_BITS;
  }

  /** What the places of so many notes cost at most. */
  private static long places(int notes, int count) {
    return Math.min(2L * count, (long) notes * Codes.gammaBound(count));
  }

  private void count(int note, int sign) {
    if (Note.withoutOverruns(note) != Note.NONE) {
      noted += sign;
      notedBits += sign * (1L + Note.bits(note));
    }
    if (Note.overruns(note) > 0) {
      withOverruns += sign;
      notedBits += sign * (1L + Codes.gamma(Note.overruns(note)));
    }
  }

  private void recount() {
    gammaBounds = 0;
    notedBits = 0;
    noted = 0;
    withOverruns = 0;
    for (int i = 0; i < size; i++) {
      gammaBounds += Codes.gammaBound(i == 0 ? 1 : offsets[i] - offsets[i - 1]);
      count(note(i), 1);
    }
  }
}
