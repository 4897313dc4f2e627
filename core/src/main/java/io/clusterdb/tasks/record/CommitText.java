package io.clusterdb.tasks.record;

import org.jspecify.annotations.Nullable;

/**
 * The part of a worker's commit metadata that others read: {@code tasks1:<done>:<body>}, where
 * {@code done} is the number of offsets behind the committed one that are done already. Pure.
 */
public final class CommitText {
  /** Most characters around the body. */
  public static final int MAX_FRAME = "tasks1::".length() + 19;

  private static final String PREFIX = "tasks1:";

  private CommitText() {}

  /** The whole of it. */
  public static String of(long doneBehind, String body) {
    return PREFIX + doneBehind + ":" + body;
  }

  /** The body, for a worker; null where the metadata is not a worker's. */
  public static @Nullable String body(String metadata) {
    int end = metadata.startsWith(PREFIX) ? metadata.indexOf(':', PREFIX.length()) : -1;
    return end < 0 ? null : metadata.substring(end + 1);
  }

  /** Offsets behind the committed one that are done; 0 where the metadata does not say. */
  public static long doneBehind(@Nullable String metadata) {
    if (metadata == null || !metadata.startsWith(PREFIX)) {
      return 0;
    }
    int end = metadata.indexOf(':', PREFIX.length());
    if (end < 0) {
      return 0;
    }
    try {
      return Math.max(0, Long.parseLong(metadata, PREFIX.length(), end, 10));
    } catch (NumberFormatException e) {
      return 0; // Another tool's.
    }
  }
}
