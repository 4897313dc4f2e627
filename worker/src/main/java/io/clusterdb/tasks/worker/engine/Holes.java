package io.clusterdb.tasks.worker.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Offsets in ascending order that are not done yet, each with what is remembered of its job.
 * Immutable.
 */
public final class Holes {
  /** No holes. */
  public static final Holes NONE = new Holes(new long[0], new int[0]);

  private final long[] offsets;
  private final int[] notes;

  /** Takes over both arrays, which have the same length; offsets ascend. */
  Holes(long[] offsets, int[] notes) {
    this.offsets = offsets;
    this.notes = notes;
  }

  /** Holes at these offsets, which ascend, with nothing remembered. */
  public static Holes at(long... offsets) {
    return new Holes(offsets.clone(), new int[offsets.length]);
  }

  /** Number of holes. */
  public int size() {
    return offsets.length;
  }

  /** Offset of the hole at this index, from 0. */
  public long offset(int index) {
    return offsets[index];
  }

  /** Attempt that comes next for the hole at this index; 0 where the record's header says it. */
  public int attempt(int index) {
    return Note.attempt(notes[index]);
  }

  /** How often the job at this index has killed its worker while it was the only suspect. */
  public int crashes(int index) {
    return Note.crashes(notes[index]);
  }

  /** How many of its turns as a suspect the job at this index has overrun since it last ended. */
  public int overruns(int index) {
    return Note.overruns(notes[index]);
  }

  /** Whether the offset is a hole. */
  public boolean contains(long offset) {
    return Arrays.binarySearch(offsets, offset) >= 0;
  }

  int note(int index) {
    return notes[index];
  }

  /** These holes with one crash more for the offset; the same holes if it is none of them. */
  Holes withCrash(long offset) {
    int index = Arrays.binarySearch(offsets, offset);
    if (index < 0) {
      return this;
    }
    int[] changed = notes.clone();
    changed[index] =
        Note.withOverruns(Note.of(attempt(index), crashes(index) + 1), overruns(index));
    return new Holes(offsets, changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Holes that
        && Arrays.equals(offsets, that.offsets)
        && Arrays.equals(notes, that.notes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(notes);
  }

  @Override
  public String toString() {
    return Arrays.toString(offsets);
  }
}
