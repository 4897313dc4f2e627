package io.clusterdb.tasks.scheduler.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of waiting jobs. They sort by due time, as unsigned bytes: due time (8 bytes, big-endian),
 * id, run, length of the id (2 bytes), so that no two runs ever share one.
 */
public final class DueKey {
  private static final int LENGTH_BYTES = Short.BYTES;

  private DueKey() {}

  /**
   * The key of a run.
   *
   * @param due when it is due, in milliseconds since 1970; a negative one counts as 0
   */
  public static byte[] of(long due, String id, String run) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] runBytes = run.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + idBytes.length + runBytes.length + LENGTH_BYTES)
        .putLong(Math.max(0, due))
        .put(idBytes)
        .put(runBytes)
        .putShort((short) idBytes.length)
        .array();
  }

  /** When the run of a key is due, in milliseconds since 1970. */
  public static long due(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  /** The id of a key's run. */
  public static String id(byte[] key) {
    int length = ByteBuffer.wrap(key).getShort(key.length - LENGTH_BYTES);
    return new String(key, Long.BYTES, length, StandardCharsets.UTF_8);
  }

  /** The run of a key. */
  public static String run(byte[] key) {
    int from = Long.BYTES + ByteBuffer.wrap(key).getShort(key.length - LENGTH_BYTES);
    return new String(key, from, key.length - LENGTH_BYTES - from, StandardCharsets.UTF_8);
  }

  /** The key of the same run at another due time. */
  public static byte[] at(byte[] key, long due) {
    byte[] moved = key.clone();
    ByteBuffer.wrap(moved).putLong(Math.max(0, due));
    return moved;
  }

  /** The smallest key above this one. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }
}
