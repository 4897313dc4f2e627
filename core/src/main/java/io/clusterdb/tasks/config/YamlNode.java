package io.clusterdb.tasks.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A YAML document as a tree that knows the place of everything in it. Immutable. */
sealed interface YamlNode {
  /** Where it starts. */
  Place place();

  /** Nodes in all, aliases counted as often as they are used. */
  default int size() {
    return 1;
  }

  /** Levels below and with it. */
  default int height() {
    return 1;
  }

  /** What it is, for messages. */
  String describe();

  /**
   * A scalar with its source text.
   *
   * @param plain without quotes or tag, so that it may be a number, a boolean or nothing
   */
  record Scalar(String text, boolean plain, Place place) implements YamlNode {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final int SHOWN = 60;

    /** Whether it says "nothing here". */
    boolean isNull() {
      return plain && NULLS.contains(text);
    }

    @Override
    public String describe() {
      return isNull() ? "nothing" : quote(text);
    }

    /** In quotes, shortened. */
    static String quote(String text) {
      StringBuilder shown = new StringBuilder("\"");
      text.codePoints().limit(SHOWN).forEach(shown::appendCodePoint);
      return shown
          .append(
              text.length() > 2 * SHOWN || text.codePointCount(0, text.length()) > SHOWN
                  ? "…\""
                  : "\"")
          .toString();
    }
  }

  /** A list. */
  record Sequence(List<YamlNode> items, Place place, int size, int height) implements YamlNode {
    static Sequence of(List<YamlNode> items, Place place) {
      int size = items.stream().mapToInt(YamlNode::size).sum() + 1;
      int height = items.stream().mapToInt(YamlNode::height).max().orElse(0) + 1;
      return new Sequence(List.copyOf(items), place, size, height);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** Keys with values, in the file's order. */
  record Mapping(Map<String, Entry> entries, Place place, int size, int height)
      implements YamlNode {
    static Mapping of(Map<String, Entry> entries, Place place) {
      int size = entries.values().stream().mapToInt(entry -> entry.value().size()).sum() + 1;
      int height =
          entries.values().stream().mapToInt(entry -> entry.value().height()).max().orElse(0) + 1;
      return new Mapping(entries, place, size, height);
    }

    @Override
    public String describe() {
      return "a mapping";
    }
  }

  /** A value that could not be had; the problem has been reported, and readers pass over it. */
  record Broken(Place place) implements YamlNode {
    @Override
    public String describe() {
      return "a broken value";
    }
  }

  /** A key's place and its value. */
  record Entry(Place key, YamlNode value) {}
}
