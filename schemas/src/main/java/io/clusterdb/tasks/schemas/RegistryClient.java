package io.clusterdb.tasks.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** The requests of Confluent's REST API that a serde needs. Keeps nothing; thread-safe. */
final class RegistryClient implements AutoCloseable {
  private final RegistryHttp http;

  RegistryClient(SerdeConfig config) {
    this.http = new RegistryHttp(config);
  }

  /** A schema under the id that the registry gave it. */
  record Registered(int id, Schema schema) {}

  /** Registers the schema with its subject, which changes nothing if it is there already. */
  int register(String subject, Schema schema) {
    return id(http.post("/subjects/" + encode(subject) + "/versions", body(schema)));
  }

  /** The id of a schema that its subject has already. */
  int lookUp(String subject, Schema schema) {
    return id(http.post("/subjects/" + encode(subject), body(schema)));
  }

  Registered latest(String subject) {
    JsonNode answer = http.get("/subjects/" + encode(subject) + "/versions/latest");
    return new Registered(id(answer), parse("of subject " + subject, answer));
  }

  Schema byId(int id) {
    return parse("with id " + id, http.get("/schemas/ids/" + id));
  }

  private static int id(JsonNode answer) {
    if (!answer.path("id").canConvertToInt()) {
      throw RegistryException.refused("Expected an answer with an id, found " + answer, 200, 0);
    }
    return answer.get("id").intValue();
  }

  private Schema parse(String which, JsonNode answer) {
    String text = text(which, answer);
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw invalid("Expected an Avro schema " + which + ", found one of type " + type);
    }
    // What others registered is read as it is: names and defaults are for the writer to judge.
    Schema.Parser parser =
        new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    try {
      parseReferences(answer, parser, new HashSet<>());
      return parser.parse(text);
    } catch (RegistryException e) {
      throw e;
    } catch (RuntimeException e) { // of any kind, such as for an order that is none
      throw invalid("Expected a schema " + which + " that Avro can parse, found " + e.getMessage());
    }
  }

  private static String text(String which, JsonNode answer) {
    JsonNode schema = answer.path("schema");
    if (!schema.isTextual()) {
      throw RegistryException.refused(
          "Expected an answer with a schema " + which + ", found " + answer, 200, 0);
    }
    return schema.textValue();
  }

  private static RegistryException invalid(String message) {
    return RegistryException.refused(message, 200, RegistryException.INVALID_SCHEMA);
  }

  /**
   * @param asked what was asked for, since references may go round
   */
  private void parseReferences(JsonNode answer, Schema.Parser parser, Set<String> asked) {
    for (JsonNode reference : answer.path("references")) {
      String path =
          "/subjects/"
              + encode(reference.path("subject").asText())
              + "/versions/"
              + reference.path("version").asInt();
      if (parser.getTypes().containsKey(reference.path("name").asText()) || !asked.add(path)) {
        continue;
      }
      JsonNode referenced = http.get(path);
      parseReferences(referenced, parser, asked);
      parser.parse(text("of " + path, referenced));
    }
  }

  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", SchemaText.of(schema));
  }

  private static String encode(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.close();
  }
}
