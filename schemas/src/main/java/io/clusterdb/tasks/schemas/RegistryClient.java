package io.clusterdb.tasks.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

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
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RegistryException.refused(
          "Expected an Avro schema " + which + ", found one of type " + type, 200, 0);
    }
    // What others registered is read as it is: names and defaults are for the writer to judge.
    Schema.Parser parser =
        new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    try {
      parseReferences(answer, parser);
      return parser.parse(answer.path("schema").asText());
    } catch (SchemaParseException e) {
      throw RegistryException.refused(
          "Expected a schema " + which + " that Avro can parse, found " + e.getMessage(), 200, 0);
    }
  }

  private void parseReferences(JsonNode answer, Schema.Parser parser) {
    for (JsonNode reference : answer.path("references")) {
      if (parser.getTypes().containsKey(reference.path("name").asText())) {
        continue;
      }
      String path =
          "/subjects/"
              + encode(reference.path("subject").asText())
              + "/versions/"
              + reference.path("version").asInt();
      JsonNode referenced = http.get(path);
      parseReferences(referenced, parser);
      parser.parse(referenced.path("schema").asText());
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
