package io.clusterdb.tasks.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/** The text of a schema as it is registered: without what only Java's code generator means. */
final class SchemaText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JAVA_STRING = "avro.java.string";

  private SchemaText() {}

  static String of(Schema schema) {
    try {
      return JSON.writeValueAsString(strip(JSON.readTree(schema.toString())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro's own text of a schema is JSON", e);
    }
  }

  /** Walks schemas only, so that defaults and custom properties stay what they are. */
  private static JsonNode strip(JsonNode schema) {
    if (schema.isArray()) {
      return JSON.createArrayNode().addAll(schema.valueStream().map(SchemaText::strip).toList());
    }
    if (!(schema instanceof ObjectNode node)) {
      return schema;
    }
    node.remove(JAVA_STRING);
    for (String nested : new String[] {"type", "items", "values"}) {
      if (node.has(nested)) {
        node.set(nested, strip(node.get(nested)));
      }
    }
    for (JsonNode field : node.path("fields")) {
      ((ObjectNode) field).set("type", strip(field.get("type")));
    }
    boolean onlyType = node.size() == 1 && node.path("type").isTextual();
    return onlyType ? node.get("type") : node;
  }
}
