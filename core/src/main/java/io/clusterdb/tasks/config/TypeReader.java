package io.clusterdb.tasks.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads what the file says of one type of job. */
final class TypeReader {
  private static final long MOST = 1 << 20;

  private final Path folder;
  private TaskDefinition type = TaskDefinition.of("unnamed");

  private TypeReader(Path folder) {
    this.folder = folder;
  }

  /** The type of this name, at the cursor of its entry; schema files are below {@code folder}. */
  static TaskDefinition read(String name, Cursor cursor, Path folder) {
    return new TypeReader(folder).read(name, cursor);
  }

  private TaskDefinition read(String name, Cursor cursor) {
    cursor.check(() -> type = TaskDefinition.of(name));
    MapReader map = cursor.map(Keys.TYPE);
    map.with("queue", Cursor::text, queue -> type = type.queue(queue));
    map.with("timeout", Cursor::duration, limit -> type = type.timeout(limit));
    map.with("retry_policy", RetryReader::read, retry -> type = type.retry(retry));
    map.with("payload_schema", this::schema, schema -> type = type.payloadSchema(schema));
    return type;
  }

  private @Nullable String schema(Cursor cursor) {
    if (cursor.node() instanceof Scalar scalar) {
      String text = scalar.text().strip();
      return text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")
          ? parse(cursor, text, "an Avro schema")
          : file(cursor, scalar.text());
    }
    JsonNode inline = cursor.json();
    return inline.isNull() ? null : parse(cursor, inline.toString(), "an Avro schema");
  }

  private @Nullable String file(Cursor cursor, String name) {
    try {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        return cursor.expected("an Avro schema or the file of one", "; there is no " + file);
      }
      if (Files.size(file) > MOST) {
        cursor.problem("expected a schema of at most " + MOST + " bytes, found " + file);
        return null;
      }
      return parse(cursor, Files.readString(file), "an Avro schema in " + file);
    } catch (IOException | InvalidPathException e) {
      cursor.problem("expected a readable schema file, found: " + e.getMessage());
      return null;
    }
  }

  private static @Nullable String parse(Cursor cursor, String text, String what) {
    try {
      return new Schema.Parser().parse(text).toString();
    } catch (AvroRuntimeException | IllegalArgumentException e) {
      cursor.problem("expected " + what + ", found one that Avro refuses: " + reason(e));
      return null;
    }
  }

  private static String reason(RuntimeException error) {
    String text =
        error.getCause() instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : error.getMessage();
    return text == null
        ? error.getClass().getSimpleName()
        : text.lines().findFirst().orElse("").replaceFirst(" \\(start marker at .*", "");
  }
}
