package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * The Avro schema that a type's payloads must fit. JSON payloads are plain: a union's value stands
 * alone, and text such as {@code 2026-12-01T00:00:00Z} may stand for a time. Immutable.
 */
public final class PayloadSchema {
  private static final int SHOWN_PROBLEMS = 5;

  private final String type;
  private final Schema schema;

  private PayloadSchema(String type, Schema schema) {
    this.type = type;
    this.schema = schema;
  }

  /**
   * Reads a schema.
   *
   * @param type the type of job that it belongs to, for messages
   * @param text the schema as JSON
   * @throws TasksException INVALID_CONFIG if it is none
   */
  public static PayloadSchema parse(String type, String text) {
    try {
      return new PayloadSchema(type, new Schema.Parser().parse(text));
    } catch (AvroRuntimeException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected an Avro schema as JSON for the payloads of type %s, found one that does not parse (%s). Correct payload_schema."
              .formatted(type, e.getMessage()),
          e);
    }
  }

  /**
   * Checks a payload of JSON.
   *
   * @throws TasksException INVALID_PAYLOAD with what does not fit, and where
   */
  public void checkJson(byte[] json) {
    List<String> problems;
    try {
      JsonNode node = Json.mapper().readTree(json);
      problems = JsonFit.problems(schema, node);
    } catch (IOException e) {
      problems = List.of("the payload is not JSON (" + e.getMessage() + ")");
    }
    if (!problems.isEmpty()) {
      throw misfit(problems);
    }
  }

  /**
   * Checks that data of another schema can be read by this one.
   *
   * @throws TasksException INVALID_PAYLOAD if it cannot
   */
  public void checkWriter(Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(schema, writer);
    if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
      throw misfit(
          pair.getResult().getIncompatibilities().stream()
              .map(problem -> problem.getLocation() + ": " + problem.getMessage())
              .toList());
    }
  }

  /**
   * Checks that no payload at all is one that fits.
   *
   * @throws TasksException INVALID_PAYLOAD if it does not
   */
  public void checkAbsent() {
    if (!schema.isNullable()) {
      throw misfit(List.of("there is no payload"));
    }
  }

  private TasksException misfit(List<String> problems) {
    List<String> shown = problems.subList(0, Math.min(problems.size(), SHOWN_PROBLEMS));
    int more = problems.size() - shown.size();
    return new TasksException(
        ErrorCode.INVALID_PAYLOAD,
        "expected a payload that fits the schema %s of type %s, found that %s%s. Correct the payload, or register another schema."
            .formatted(
                schema.getType() == Schema.Type.RECORD ? schema.getFullName() : schema.toString(),
                type,
                String.join("; ", shown),
                more > 0 ? "; and " + more + " more" : ""));
  }
}
