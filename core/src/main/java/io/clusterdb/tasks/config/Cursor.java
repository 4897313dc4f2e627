package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.config.YamlNode.Broken;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import io.clusterdb.tasks.config.YamlNode.Sequence;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file together with its path. Reads it as what is expected; what is not that is
 * reported with its line, and null is returned.
 *
 * @param at where problems are shown: the value's place, or its key's where the value has none
 */
record Cursor(YamlNode node, String path, Place at, Problems problems) {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  static Cursor of(YamlNode node, String path, Problems problems) {
    return new Cursor(node, path, node.place(), problems);
  }

  /** With problems shown at the value, where there is one. */
  Cursor atValue() {
    return isNull() ? this : of(node, path, problems);
  }

  /** A key's path below a mapping's. */
  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  void problem(String message) {
    problems.add(at, path, message);
  }

  /** Reports that something else stands here, and returns null for the caller to return. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  <T> @Nullable T expected(String what) {
    return expected(what, "");
  }

  /** As {@link #expected(String)}, with a hint at the end. */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  <T> @Nullable T expected(String what, String hint) {
    if (!(node instanceof Broken)) {
      problem("expected " + what + ", found " + node.describe() + hint);
    }
    return null;
  }

  /** Runs code of the API and reports what it refuses. */
  void check(Runnable use) {
    try {
      use.run();
    } catch (IllegalArgumentException e) {
      problem(Objects.requireNonNullElse(e.getMessage(), "not allowed"));
    }
  }

  boolean isNull() {
    return node instanceof Scalar scalar && scalar.isNull();
  }

  /** The source text of a scalar. */
  @Nullable String text() {
    return node instanceof Scalar scalar && !scalar.isNull() ? scalar.text() : expected("text");
  }

  @Nullable Boolean flag() {
    String text = scalar("true or false");
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      case "yes", "on" -> expected("true or false", "; did you mean \"true\"?");
      case "no", "off" -> expected("true or false", "; did you mean \"false\"?");
      default -> expected("true or false");
    };
  }

  @Nullable Integer integer() {
    Long value = whole(Integer.MAX_VALUE);
    return value == null ? null : Integer.valueOf(value.intValue());
  }

  @Nullable Long whole() {
    return whole(Long.MAX_VALUE);
  }

  private @Nullable Long whole(long most) {
    String text = scalar("a whole number");
    if (text == null) {
      return null;
    }
    if (!WHOLE.matcher(text).matches()) {
      String digits = text.replace("_", "").replace(",", "");
      boolean grouped = !digits.equals(text) && WHOLE.matcher(digits).matches();
      return expected("a whole number", grouped ? "; did you mean \"" + digits + "\"?" : "");
    }
    if (text.length() > 19 || Double.parseDouble(text) > most || Double.parseDouble(text) < -most) {
      return expected("a whole number up to " + most);
    }
    return Long.valueOf(text);
  }

  @Nullable Double number() {
    String text = scalar("a number");
    if (text == null) {
      return null;
    }
    boolean fits = NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
    return fits ? Double.valueOf(text) : expected("a number");
  }

  @Nullable Duration duration() {
    String text = scalar("a duration such as 500ms, 30s, 5m, 1h or 30d");
    if (text == null) {
      return null;
    }
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      boolean bare = WHOLE.matcher(text).matches();
      problem(e.getMessage() + (bare ? "; did you mean \"" + text + "s\"?" : ""));
      return null;
    }
  }

  @Nullable Instant instant() {
    String expected = "a time such as 2026-12-01T00:00:00Z";
    String text = scalar(expected);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return expected(expected);
    }
  }

  /** One of these words, in any case. */
  @Nullable String choice(List<String> words) {
    String allowed = String.join(", ", words.subList(0, words.size() - 1));
    String expected = allowed.isEmpty() ? words.getLast() : allowed + " or " + words.getLast();
    String text = scalar(expected);
    if (text == null) {
      return null;
    }
    return words.stream()
        .filter(text::equalsIgnoreCase)
        .findFirst()
        .orElseGet(() -> expected(expected, Suggestions.hint(text, words)));
  }

  /** A constant by its name in lower case. */
  <E extends Enum<E>> @Nullable E constant(Class<E> type) {
    E[] constants = type.getEnumConstants();
    String word = choice(Stream.of(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList());
    return Arrays.stream(constants)
        .filter(c -> c.name().equalsIgnoreCase(word))
        .findFirst()
        .orElse(null);
  }

  private @Nullable String scalar(String expected) {
    return node instanceof Scalar scalar && !scalar.isNull() ? scalar.text() : expected(expected);
  }

  /** Items of a list; none where nothing stands. */
  List<Cursor> items() {
    List<Cursor> items = new ArrayList<>();
    if (node instanceof Sequence sequence) {
      for (YamlNode item : sequence.items()) {
        items.add(of(item, path + "[" + items.size() + "]", problems));
      }
    } else if (!isNull()) {
      boolean one = node instanceof Scalar scalar && scalar.text().length() <= 40;
      expected("a list", one ? "; did you mean [" + ((Scalar) node).text() + "]?" : "");
    }
    return items;
  }

  /** Each item of a list that reads well. */
  <T> List<T> list(Function<Cursor, @Nullable T> read) {
    List<T> values = new ArrayList<>();
    for (Cursor item : items()) {
      T value = read.apply(item);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  List<String> texts() {
    return list(Cursor::text);
  }

  /** Keys that the user chooses, with their values; problems without a value show the key. */
  Map<String, Cursor> entries() {
    Map<String, Cursor> entries = new LinkedHashMap<>();
    if (node instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, entry) ->
                  entries.put(
                      key, new Cursor(entry.value(), join(path, key), entry.key(), problems)));
    } else if (!isNull()) {
      expected("a mapping");
    }
    return entries;
  }

  /** A mapping of names to text, such as labels or properties. */
  Map<String, String> textMap() {
    Map<String, String> texts = new LinkedHashMap<>();
    entries()
        .forEach(
            (key, value) -> {
              String text = value.text();
              if (text != null) {
                texts.put(key, text);
              }
            });
    return texts;
  }

  /** A mapping of these keys; others are reported. */
  MapReader map(Keys keys) {
    return new MapReader(this, keys);
  }

  /** Whatever stands here. */
  JsonNode json() {
    return JsonTree.of(node);
  }
}
