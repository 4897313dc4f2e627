package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.record.CommitText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * What a worker writes beside a committed offset (the <em>base</em>): its claim, and which offsets
 * from the base up to the end are not done yet. Immutable.
 *
 * <p>As text ({@link CommitText}) it is {@code tasks1:}, the number of offsets that are done, for
 * readers who want no more than a queue's depth, and Base64url (RFC 4648, section 5, without
 * padding) of: a checksum over the base and what follows (the lowest 16 bits of CRC-32), flags, the
 * claim, the end, the holes ({@link HoleCode}) and, where a flag says so, their overruns. All
 * offsets are relative to the base. The text never exceeds {@value #MAX_CHARS} characters, the
 * broker's limit ({@code offset.metadata.max.bytes}).
 *
 * @param claim who owns the partition
 * @param end offsets from the base up to here, exclusive, are done unless they are holes; never
 *     below the base
 * @param holes what is not done between base and end
 */
public record CommitMetadata(Claim claim, long end, Holes holes) {
  /** Longest text, in characters. */
  public static final int MAX_CHARS = 4096;

  private static final int CHECKSUM_BYTES = 2;

  /** Bits behind the checksum that fit into the text. */
  static final int MAX_BITS = ((MAX_CHARS - CommitText.MAX_FRAME) * 6 / 8 - CHECKSUM_BYTES) * 8;

  private static final int CLEAN = 1;
  private static final int ALONE = 2;
  private static final int SUSPECT = 4;
  private static final int OVERRUNS = 8;

  /** What a partition without any commit starts with at this offset. */
  public static CommitMetadata fresh(long base) {
    return new CommitMetadata(Claim.fresh(base), base, Holes.NONE);
  }

  /**
   * Reads the metadata of a committed offset. Text that another tool wrote, that is empty or that
   * belongs to another offset says nothing: not clean, and nothing done behind the base.
   */
  public static CommitMetadata decode(long base, String text) {
    try {
      String body = CommitText.body(text);
      if (body != null) {
        byte[] bytes = Base64.getUrlDecoder().decode(body);
        BitReader in = new BitReader(bytes, 0);
        if (in.take(8 * CHECKSUM_BYTES) == checksum(base, bytes)) {
          return read(in, base);
        }
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Not written by a worker, or damaged: the same as nothing.
    }
    return new CommitMetadata(Claim.unknown(base), base, Holes.NONE);
  }

  /**
   * Writes the metadata for this base. Should the holes not fit, which a tracker prevents, the end
   * moves down to the first that does not: what is done behind it is done again after a takeover.
   */
  public String encode(long base) {
    int count = HoleCode.fitting(base, holes);
    long writtenEnd = count < holes.size() ? holes.offset(count) : end;
    BitWriter out = new BitWriter();
    out.put(0, 8 * CHECKSUM_BYTES);
    boolean hasSuspect = claim.suspect() >= base;
    boolean hasOverruns = HoleCode.hasOverruns(holes, count);
    out.put(
        (claim.clean() ? CLEAN : 0)
            | (claim.alone() ? ALONE : 0)
            | (hasSuspect ? SUSPECT : 0)
            | (hasOverruns ? OVERRUNS : 0),
        8);
    out.putVarint(claim.crashes());
    out.putVarint(claim.number());
    out.putVarint(claim.owner().length());
    for (int i = 0; i < claim.owner().length(); i++) {
      out.put(claim.owner().charAt(i), 8);
    }
    out.putVarint(relative(writtenEnd, base));
    out.putVarint(relative(claim.limit(), base));
    out.putVarint(relative(claim.exposedOnce(), base));
    out.putVarint(relative(claim.exposedTwice(), base));
    if (hasSuspect) {
      out.putVarint(claim.suspect() - base);
    }
    HoleCode.write(out, base, holes, count);
    if (hasOverruns) {
      HoleCode.writeOverruns(out, holes, count);
    }
    byte[] bytes = out.toByteArray();
    int sum = checksum(base, bytes);
    bytes[0] = (byte) (sum >>> 8);
    bytes[1] = (byte) sum;
    return CommitText.of(
        writtenEnd - base - count, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Offsets behind the base that are done; gaps between records count too. */
  public long doneBehind(long base) {
    return end - base - holes.size();
  }

  private static CommitMetadata read(BitReader in, long base) {
    int flags = (int) in.take(8);
    int crashes = Math.toIntExact(in.takeVarint());
    long number = in.takeVarint();
    byte[] owner = new byte[Math.min(Math.toIntExact(in.takeVarint()), Claim.MAX_OWNER)];
    for (int i = 0; i < owner.length; i++) {
      owner[i] = (byte) in.take(8);
    }
    long end = Math.addExact(base, in.takeVarint());
    long limit = Math.addExact(base, in.takeVarint());
    long once = Math.addExact(base, in.takeVarint());
    long twice = Math.addExact(base, in.takeVarint());
    long suspect = (flags & SUSPECT) == 0 ? Claim.NONE : Math.addExact(base, in.takeVarint());
    Claim claim =
        new Claim(
            (flags & CLEAN) != 0,
            crashes,
            number,
            new String(owner, StandardCharsets.US_ASCII),
            limit,
            once,
            twice,
            suspect,
            (flags & ALONE) != 0);
    Holes holes = HoleCode.read(in, base);
    if (holes.size() > 0 && holes.offset(holes.size() - 1) >= end) {
      throw new IllegalArgumentException("a hole is behind the end");
    }
    return new CommitMetadata(
        claim, end, (flags & OVERRUNS) == 0 ? holes : HoleCode.readOverruns(in, holes));
  }

  private static long relative(long offset, long base) {
    return Math.max(0, offset - base);
  }

  private static int checksum(long base, byte[] bytes) {
    CRC32 crc = new CRC32();
    for (int shift = 0; shift < 64; shift += 8) {
      crc.update((int) (base >>> shift) & 0xFF);
    }
    crc.update(bytes, CHECKSUM_BYTES, bytes.length - CHECKSUM_BYTES);
    return (int) crc.getValue() & 0xFFFF;
  }
}
