package io.clusterdb.tasks.embedded.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request, apart from HTTP.
 *
 * @param path the decoded segments of its path
 * @param body its body as text
 */
record Request(String method, List<String> path, Map<String, String> query, String body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Request of(String method, URI uri, String body) {
    List<String> path =
        Arrays.stream(uri.getRawPath().split("/", -1))
            .filter(segment -> !segment.isEmpty())
            .map(Request::decode)
            .toList();
    Map<String, String> query = new HashMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        int split = pair.indexOf('=');
        query.put(
            decode(split < 0 ? pair : pair.substring(0, split)),
            split < 0 ? "" : decode(pair.substring(split + 1)));
      }
    }
    return new Request(method, path, query, body);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RegistryError.http(400, "Expected a percent-encoded address, found " + text);
    }
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(query.get(name));
  }

  /** The body, which must be a JSON object. */
  JsonNode json() {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw RegistryError.http(400, "Expected a JSON object, found " + e.getOriginalMessage());
    }
    throw RegistryError.http(400, "Expected a JSON object, found " + body);
  }

  /** The schema in the body. */
  String schema() {
    JsonNode json = json();
    String type = json.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RegistryError.invalidSchema(
          "expected schemaType AVRO, which is all that this registry keeps, found " + type);
    }
    if (!json.path("schema").isTextual()) {
      throw RegistryError.invalidSchema("expected the property schema with its text, found none");
    }
    return json.get("schema").asText();
  }

  /** What the schema in the body refers to. */
  List<Schemas.Reference> references() {
    return json()
        .path("references")
        .valueStream()
        .map(
            it ->
                new Schemas.Reference(
                    it.path("name").asText(),
                    it.path("subject").asText(),
                    it.path("version").asInt()))
        .toList();
  }
}
