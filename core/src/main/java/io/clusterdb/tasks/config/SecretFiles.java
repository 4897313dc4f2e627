package io.clusterdb.tasks.config;

import io.clusterdb.tasks.kafka.OwnedProperties;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in files of its own because it is secret. Problems name the file, never what is
 * in it.
 *
 * @param folder that relative names are below
 */
record SecretFiles(Path folder) {
  private static final long MOST = 64 << 10;

  /** A secret that is alone in its file; white space around it is no part of it. */
  @Nullable String secret(Cursor cursor) {
    Path file = file(cursor);
    if (file == null) {
      return null;
    }
    try {
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        cursor.problem("expected a secret in the file " + file + ", found none");
        return null;
      }
      return text;
    } catch (IOException e) {
      return unreadable(cursor, file, e);
    }
  }

  /** Properties of Kafka's clients, without those that the platform sets, which are reported. */
  @Nullable Map<String, String> properties(Cursor cursor) {
    Path file = file(cursor);
    if (file == null) {
      return null;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    } catch (IOException e) {
      return unreadable(cursor, file, e);
    } catch (IllegalArgumentException e) {
      cursor.problem("expected a properties file, found " + file + " with a broken escape");
      return null;
    }
    Map<String, String> allowed = new HashMap<>();
    for (String key : read.stringPropertyNames()) {
      String reason = OwnedProperties.reason(key);
      if (reason == null) {
        allowed.put(key, read.getProperty(key));
      } else {
        cursor.problem(
            "expected no %s, which the platform sets (%s), found one in %s"
                .formatted(key, reason, file));
      }
    }
    return allowed;
  }

  private @Nullable Path file(Cursor cursor) {
    String name = cursor.text();
    try {
      Path file = name == null ? null : folder.resolve(name);
      if (file != null && (!Files.isRegularFile(file) || Files.size(file) > MOST)) {
        cursor.problem(
            "expected a file of at most %d bytes, found %s, which is none".formatted(MOST, file));
        return null;
      }
      return file;
    } catch (IOException | InvalidPathException e) {
      cursor.problem("expected a readable file, found: " + e.getMessage());
      return null;
    }
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  private static <T> @Nullable T unreadable(Cursor cursor, Path file, IOException e) {
    // What an encoding error says may be a part of the secret.
    String reason =
        e instanceof CharacterCodingException ? "it is not UTF-8" : e.getClass().getSimpleName();
    cursor.problem("expected a readable file, found " + file + " (" + reason + ")");
    return null;
  }
}
