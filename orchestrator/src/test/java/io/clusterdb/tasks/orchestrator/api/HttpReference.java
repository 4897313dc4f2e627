package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the description of the API as a page to read. */
final class HttpReference {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonNode document;
  private final StringBuilder page = new StringBuilder();

  HttpReference(JsonNode document) {
    this.document = document;
  }

  /** The page, in Markdown. */
  String page() {
    line("# HTTP API").line("");
    line("Written from the OpenAPI document by `HttpReferenceTest`; do not edit. The orchestrator");
    line("serves the document itself at `/openapi.json`.").line("");
    line(document.at("/info/description").asText()).line("");
    line("What failed is answered with a problem document (see [Problem](#problem)), whose `code`");
    line("[troubleshooting.md](troubleshooting.md) explains.");
    for (JsonNode tag : document.get("tags")) {
      operations(tag.get("name").asText());
    }
    line("").line("## Shapes");
    document.at("/components/schemas").properties().forEach(this::shape);
    return page.toString();
  }

  private void operations(String tag) {
    line("").line("## " + tag.substring(0, 1).toUpperCase(Locale.ROOT) + tag.substring(1));
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(entry -> METHODS.contains(entry.getKey()))
                    .filter(entry -> entry.getValue().at("/tags/0").asText().equals(tag))
                    .forEach(entry -> operation(path, entry)));
  }

  private void operation(Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> method) {
    JsonNode operation = method.getValue();
    line("").line("### " + method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()).line("");
    line(operation.get("summary").asText() + "." + text(operation, " "));
    if (operation.has("security") && operation.get("security").isEmpty()) {
      line("Asks for no token.");
    } else {
      line("Role: " + operation.path("x-role").asText() + ".");
    }
    List<JsonNode> parameters = new ArrayList<>();
    path.getValue().path("parameters").forEach(parameters::add);
    operation.path("parameters").forEach(parameters::add);
    if (!parameters.isEmpty()) {
      line("").line("| parameter | in | type | meaning |").line("|---|---|---|---|");
      parameters.stream().map(this::resolved).forEach(this::parameter);
    }
    if (operation.has("requestBody")) {
      body(operation.get("requestBody").at("/content/application~1json"));
    }
    line("").line("| answer | meaning | body |").line("|---|---|---|");
    operation.get("responses").properties().forEach(this::answer);
  }

  private void parameter(JsonNode parameter) {
    boolean required = parameter.path("required").asBoolean();
    row(
        "`" + parameter.get("name").asText() + "`" + (required ? ", required" : ""),
        parameter.get("in").asText(),
        type(parameter.get("schema")),
        text(parameter, ""));
  }

  private void body(JsonNode content) {
    JsonNode schema = content.get("schema");
    line("").line("Body: " + type(schema) + ".");
    table(schema);
    if (content.has("example")) {
      line("").line("```json").line(content.get("example").toString()).line("```");
    }
  }

  private void answer(Map.Entry<String, JsonNode> entry) {
    JsonNode response = resolved(entry.getValue());
    JsonNode content = response.path("content");
    String body =
        content.isEmpty()
            ? ""
            : content.properties().iterator().next().getValue().path("schema").isMissingNode()
                ? content.fieldNames().next()
                : inline(content.properties().iterator().next().getValue().get("schema"));
    row(entry.getKey().equals("default") ? "any other" : entry.getKey(), text(response, ""), body);
  }

  private void shape(Map.Entry<String, JsonNode> shape) {
    line("").line("### " + shape.getKey());
    String text = text(shape.getValue(), "");
    if (!text.isEmpty()) {
      line("").line(text + ".");
    }
    table(shape.getValue());
  }

  private void table(JsonNode schema) {
    List<String[]> rows = new ArrayList<>();
    collect(schema, "", rows);
    if (!rows.isEmpty()) {
      line("").line("| field | type | meaning |").line("|---|---|---|");
      rows.forEach(this::row);
    }
  }

  private void collect(JsonNode schema, String prefix, List<String[]> rows) {
    schema.path("allOf").forEach(part -> collect(part, prefix, rows));
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              String name = prefix + field.getKey();
              JsonNode value = field.getValue();
              String always = required.contains(field.getKey()) ? ", always" : "";
              rows.add(new String[] {"`" + name + "`" + always, type(value), text(value, "")});
              collect(value, name + ".", rows);
              collect(value.path("items"), name + "[].", rows);
            });
  }

  /** A schema in one cell: its type, or its fields where it is an object of no name. */
  private String inline(JsonNode schema) {
    List<String> fields = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(field -> fields.add("`" + field.getKey() + "`: " + type(field.getValue())));
    return fields.isEmpty() ? type(schema) : String.join(", ", fields);
  }

  private String type(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asText().replaceAll(".*/", "");
      return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
    }
    for (String joined : List.of("oneOf", "allOf")) {
      if (schema.has(joined)) {
        List<String> parts = new ArrayList<>();
        schema.get(joined).forEach(part -> parts.add(type(part)));
        return String.join(joined.equals("oneOf") ? " or " : " with ", parts);
      }
    }
    if (schema.has("enum") || schema.has("const")) {
      List<String> values = new ArrayList<>();
      schema.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
      return values.isEmpty()
          ? "`" + schema.get("const").asText() + "`"
          : String.join(", ", values) + fallback(schema);
    }
    return plain(schema) + range(schema) + fallback(schema);
  }

  private String plain(JsonNode schema) {
    JsonNode type = schema.path("type");
    List<String> names = new ArrayList<>();
    (type.isArray() ? type : List.of(type)).forEach(name -> names.add(name.asText()));
    String text = String.join(" or ", names);
    if (text.equals("array") && schema.has("items")) {
      return "list of " + type(schema.get("items"));
    }
    if (text.isEmpty()) {
      return "any JSON";
    }
    return schema.path("format").asText().equals("date-time")
        ? text.replace("string", "time")
        : text;
  }

  private static String range(JsonNode schema) {
    List<String> limits = new ArrayList<>();
    limit(schema, "minimum", "at least ", limits);
    limit(schema, "exclusiveMinimum", "more than ", limits);
    limit(schema, "maximum", "at most ", limits);
    limit(schema, "maxLength", "at most characters: ", limits);
    limit(schema, "maxItems", "at most items: ", limits);
    return limits.isEmpty() ? "" : ", " + String.join(", ", limits);
  }

  private static void limit(JsonNode schema, String key, String words, List<String> limits) {
    if (schema.has(key)) {
      limits.add(words + schema.get(key).asText());
    }
  }

  private static String fallback(JsonNode schema) {
    return schema.has("default") ? " (default `" + schema.get("default").asText() + "`)" : "";
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static String text(JsonNode node, String before) {
    String text = node.path("description").asText();
    return text.isEmpty() || text.equals("Any JSON") ? "" : before + text.strip();
  }

  private void row(String... cells) {
    List<String> safe = new ArrayList<>();
    for (String cell : cells) {
      safe.add(cell.replace("|", "\\|").replace("\n", " "));
    }
    line("| " + String.join(" | ", safe) + " |");
  }

  private HttpReference line(String text) {
    page.append(text).append('\n');
    return this;
  }
}
