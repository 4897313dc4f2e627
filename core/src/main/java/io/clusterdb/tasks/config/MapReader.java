package io.clusterdb.tasks.config;

import io.clusterdb.tasks.config.YamlNode.Scalar;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a mapping of known keys. Keys that it does not know are reported at once. */
final class MapReader {
  private final Cursor cursor;
  private final Keys keys;
  private final Map<String, Cursor> entries;

  MapReader(Cursor cursor, Keys keys) {
    this.cursor = cursor;
    this.keys = keys;
    this.entries = cursor.entries();
    entries.forEach(
        (key, value) -> {
          if (!keys.allows(key)) {
            String found = "expected a known key, found " + Scalar.quote(key);
            value.problems().add(value.at(), cursor.path(), found + keys.hint(key));
          }
        });
  }

  /** The value of a key; null where it is absent or says nothing. */
  @Nullable Cursor get(String key) {
    if (!keys.names().contains(key)) {
      throw new IllegalStateException(key + " is not among the keys of " + keys);
    }
    Cursor value = entries.get(key);
    return value == null || value.isNull() ? null : value.atValue();
  }

  /** The value of a key, read; null where it is absent or wrong. */
  <T> @Nullable T read(String key, Function<Cursor, @Nullable T> read) {
    Cursor value = get(key);
    return value == null ? null : read.apply(value);
  }

  /** Reads a key where it is present, and reports at its place what {@code use} refuses. */
  <T> void with(String key, Function<Cursor, @Nullable T> read, Consumer<T> use) {
    Cursor value = get(key);
    T found = value == null ? null : read.apply(value);
    if (value != null && found != null) {
      value.check(() -> use.accept(found));
    }
  }

  /** As {@link #read}, and reports an absent key. */
  <T> @Nullable T require(String key, Function<Cursor, @Nullable T> read) {
    if (get(key) == null) {
      // Nothing is missing where the mapping itself is broken, which has been said.
      if (cursor.node() instanceof YamlNode.Mapping || cursor.isNull()) {
        cursor.problem("expected the key \"" + key + "\", found none");
      }
      return null;
    }
    return read(key, read);
  }

  /** Every key that is present, unknown ones and those without a value among them. */
  Map<String, Cursor> all() {
    return entries;
  }

  /** Whether the key is present and says something. */
  boolean has(String key) {
    return get(key) != null;
  }

  /** The value at which this mapping stands. */
  Cursor cursor() {
    return cursor;
  }

  /** Reports a problem at a key. */
  void problem(String key, String message) {
    Cursor value = get(key);
    (value == null ? cursor : value).problem(message);
  }
}
