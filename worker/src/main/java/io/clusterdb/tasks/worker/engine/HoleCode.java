package io.clusterdb.tasks.worker.engine;

/**
 * Writes holes as the distances between them, in Elias gamma code (good for clusters far apart) or
 * in Rice code (good for even spread; with parameter 0 it is a bit set), whichever is shorter, and
 * then the notes of the holes that have one. Overruns of turns follow behind all else, where
 * earlier releases do not look, and only if there are any.
 */
final class HoleCode {
  /** Bits that holes may take in a commit; what exceeds them is left out. */
  static final int HOLE_BITS = 23_000;

  /** Bits that are kept for a few notes beside the holes, whatever the holes take. */
  static final int NOTE_BITS = 512;

  private static final int GAMMA = 63;
  private static final int MODE_BITS = 6;

  private HoleCode() {}

  /**
   * How many of the holes, from the lowest, fit into a commit. A tracker takes no more records than
   * fit, so anything else than all of them can only come from a caller that does not ask it.
   */
  static int fitting(long base, Holes holes) {
    int count = holes.size();
    while (count > 0 && bits(base, holes, count, mode(base, holes, count)) > HOLE_BITS) {
      count -= Math.max(1, count / 16);
    }
    return count;
  }

  static void write(BitWriter out, long base, Holes holes, int count) {
    out.putVarint(count);
    if (count == 0) {
      return;
    }
    int mode = mode(base, holes, count);
    out.put(mode, MODE_BITS);
    long previous = base - 1;
    for (int i = 0; i < count; i++) {
      long distance = holes.offset(i) - previous;
      if (mode == GAMMA) {
        out.putGamma(distance);
      } else {
        out.putRice(distance - 1, mode);
      }
      previous = holes.offset(i);
    }
    writeNotes(out, holes, count);
  }

  static Holes read(BitReader in, long base) {
    int count = Math.toIntExact(in.takeVarint());
    if (count == 0) {
      return Holes.NONE;
    }
    if (count < 0 || count > HOLE_BITS) {
      throw new IllegalArgumentException("more holes than a commit can hold: " + count);
    }
    int mode = (int) in.take(MODE_BITS);
    long[] offsets = new long[count];
    long previous = base - 1;
    for (int i = 0; i < count; i++) {
      long distance = mode == GAMMA ? in.takeGamma() : in.takeRice(mode) + 1;
      if (distance < 1) {
        throw new IllegalArgumentException("a hole is not behind the hole before it");
      }
      previous = Math.addExact(previous, distance);
      offsets[i] = previous;
    }
    int[] notes = new int[count];
    readNotes(in, notes);
    return new Holes(offsets, notes);
  }

  private static int mode(long base, Holes holes, int count) {
    long span = holes.offset(count - 1) - base + 1;
    int k = Codes.bestRice(count, span);
    return bits(base, holes, count, GAMMA) < bits(base, holes, count, k) ? GAMMA : k;
  }

  private static long bits(long base, Holes holes, int count, int mode) {
    long bits = 0;
    long previous = base - 1;
    for (int i = 0; i < count; i++) {
      long distance = holes.offset(i) - previous;
      bits += mode == GAMMA ? Codes.gamma(distance) : mode + 1 + ((distance - 1) >>> mode);
      previous = holes.offset(i);
    }
    return bits;
  }

  /** Each note is preceded by a one bit and the distance to it in holes; a zero bit ends them. */
  private static void writeNotes(BitWriter out, Holes holes, int count) {
    int room = CommitMetadata.MAX_BITS - 2;
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int note = Note.withoutOverruns(holes.note(i));
      if (note != Note.NONE) {
        int bits = 1 + Codes.gamma(i - previous) + Note.bits(note);
        if (out.length() + bits > room) {
          break;
        }
        out.put(1, 1);
        out.putGamma(i - previous);
        out.putGamma(Note.attempt(note) + 1);
        out.putGamma(Note.crashes(note) + 1);
        previous = i;
      }
    }
    out.put(0, 1);
  }

  /** Whether any of the first holes has overruns. */
  static boolean hasOverruns(Holes holes, int count) {
    for (int i = 0; i < count; i++) {
      if (holes.overruns(i) > 0) {
        return true;
      }
    }
    return false;
  }

  /** In the form of the notes, behind which they stand. */
  static void writeOverruns(BitWriter out, Holes holes, int count) {
    int room = CommitMetadata.MAX_BITS - 1;
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int overruns = holes.overruns(i);
      if (overruns > 0) {
        int bits = 1 + Codes.gamma(i - previous) + Codes.gamma(overruns);
        if (out.length() + bits > room) {
          break;
        }
        out.put(1, 1);
        out.putGamma(i - previous);
        out.putGamma(overruns);
        previous = i;
      }
    }
    out.put(0, 1);
  }

  static Holes readOverruns(BitReader in, Holes holes) {
    int[] notes = new int[holes.size()];
    long[] offsets = new long[holes.size()];
    for (int i = 0; i < notes.length; i++) {
      notes[i] = holes.note(i);
      offsets[i] = holes.offset(i);
    }
    int index = -1;
    while (in.takeBit()) {
      index = Math.toIntExact(index + in.takeGamma());
      if (index >= notes.length) {
        throw new IllegalArgumentException("an overrun is behind the last hole");
      }
      notes[index] = Note.withOverruns(notes[index], Math.toIntExact(in.takeGamma()));
    }
    return new Holes(offsets, notes);
  }

  private static void readNotes(BitReader in, int[] notes) {
    int index = -1;
    while (in.takeBit()) {
      index = Math.toIntExact(index + in.takeGamma());
      if (index >= notes.length) {
        throw new IllegalArgumentException("a note is behind the last hole");
      }
      int attempt = Math.toIntExact(in.takeGamma() - 1);
      notes[index] = Note.of(attempt, Math.toIntExact(in.takeGamma() - 1));
    }
  }
}
