package io.clusterdb.tasks.scheduler.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The job that holds a unique key.
 *
 * @param id its id
 * @param run its run
 * @param until until when it holds the key at the longest, in milliseconds since 1970
 * @param waits whether it still waits for a newer one, so that it can be replaced
 * @param due due time of its entry among those whose time passes, which a clock that was set back
 *     may have made later than {@code until}
 */
public record KeyHolder(String id, String run, long until, boolean waits, long due) {
  private static final byte VERSION = 1;

  /** With its entry at this due time. */
  public KeyHolder due(long time) {
    return new KeyHolder(id, run, until, waits, time);
  }

  /** As bytes: version, waits, until, due, length of the id, id, run. */
  public byte[] write() {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] runBytes = run.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            2 + 2 * Long.BYTES + Integer.BYTES + idBytes.length + runBytes.length)
        .put(VERSION)
        .put((byte) (waits ? 1 : 0))
        .putLong(until)
        .putLong(due)
        .putInt(idBytes.length)
        .put(idBytes)
        .put(runBytes)
        .array();
  }

  /**
   * Reads a holder.
   *
   * @throws IllegalStateException if a newer scheduler wrote it
   */
  public static KeyHolder read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "expected a key's holder in format %d, found format %d: the store was written by a newer scheduler. Run that one."
              .formatted(VERSION, version));
    }
    boolean waits = in.get() == 1;
    long until = in.getLong();
    long due = in.getLong();
    byte[] idBytes = new byte[in.getInt()];
    in.get(idBytes);
    byte[] runBytes = new byte[in.remaining()];
    in.get(runBytes);
    return new KeyHolder(
        new String(idBytes, StandardCharsets.UTF_8),
        new String(runBytes, StandardCharsets.UTF_8),
        until,
        waits,
        due);
  }
}
