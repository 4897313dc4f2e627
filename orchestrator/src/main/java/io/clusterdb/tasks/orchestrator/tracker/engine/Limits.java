package io.clusterdb.tasks.orchestrator.tracker.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bounds what is kept of a run, so that no record can make the tracker's own too large. */
public final class Limits {
  /** Longest id, run, name of a queue, a type or a worker, in characters. */
  public static final int NAME = 1_000;

  /** Longest result that is kept with the run, in characters; longer ones stay on the event log. */
  public static final int RESULT = 2_000;

  private static final int MESSAGE = 1_000;
  private static final int METADATA = 8_000;

  private Limits() {}

  /** A name, shortened if need be. */
  public static String name(@Nullable String text) {
    return text == null ? "" : shortened(text, NAME);
  }

  /** A text for people, shortened if need be. */
  public static @Nullable String message(@Nullable String text) {
    return text == null ? null : shortened(text, MESSAGE);
  }

  /** Metadata; none of it where it is too much. */
  public static Map<String, String> metadata(Map<String, String> metadata) {
    int size = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      size += entry.getKey().length() + entry.getValue().length();
    }
    return size <= METADATA ? metadata : Map.of();
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
