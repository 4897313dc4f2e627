package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON in which texts may hold references in double braces. A text that is one reference becomes
 * what it refers to, of whatever type; in longer texts values are written out. Immutable.
 */
public final class Template {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Part root;
  private final List<Ref> refs;

  private Template(Part root, List<Ref> refs) {
    this.root = root;
    this.refs = List.copyOf(refs);
  }

  private sealed interface Part {}

  private record Constant(JsonNode value) implements Part {}

  private record Whole(Ref ref) implements Part {}

  /** Texts and references, one after the other. */
  private record Mixed(List<Part> parts) implements Part {}

  private record Items(List<Part> items) implements Part {}

  private record Fields(Map<String, Part> fields) implements Part {}

  /**
   * Reads a template.
   *
   * @throws TemplateException if what stands between braces is no reference
   */
  public static Template of(JsonNode value) throws TemplateException {
    List<Ref> refs = new ArrayList<>();
    return new Template(part(value, refs), refs);
  }

  /** Every reference in it. */
  public List<Ref> refs() {
    return refs;
  }

  /**
   * Fills it in.
   *
   * @throws TemplateException if a reference leads nowhere, with its path
   */
  public JsonNode resolve(Scope scope) throws TemplateException {
    return resolve(root, scope);
  }

  private static Part part(JsonNode value, List<Ref> refs) throws TemplateException {
    if (value.isTextual()) {
      return text(value.textValue(), refs);
    }
    if (value.isArray()) {
      List<Part> items = new ArrayList<>();
      for (JsonNode item : value) {
        items.add(part(item, refs));
      }
      return allConstant(items) ? new Constant(value) : new Items(items);
    }
    if (value.isObject()) {
      Map<String, Part> fields = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        fields.put(field.getKey(), part(field.getValue(), refs));
      }
      return allConstant(fields.values()) ? new Constant(value) : new Fields(fields);
    }
    return new Constant(value);
  }

  private static boolean allConstant(Iterable<Part> parts) {
    for (Part part : parts) {
      if (!(part instanceof Constant)) {
        return false;
      }
    }
    return true;
  }

  private static Part text(String text, List<Ref> refs) throws TemplateException {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
      if (open > at) {
        parts.add(new Constant(TextNode.valueOf(text.substring(at, open))));
      }
      int close = Braces.close(text, open + 2);
      parts.add(inner(text.substring(open + 2, close).strip(), refs));
      at = close + 2;
    }
    if (at < text.length()) {
      parts.add(new Constant(TextNode.valueOf(text.substring(at))));
    }
    return switch (parts.size()) {
      case 0 -> new Constant(TextNode.valueOf(""));
      case 1 -> parts.getFirst();
      default -> new Mixed(parts);
    };
  }

  private static Part inner(String text, List<Ref> refs) throws TemplateException {
    if (text.startsWith("'")) {
      return new Constant(RefParser.literal(text)); // for braces that are meant as such
    }
    Ref ref = RefParser.parse(text);
    refs.add(ref);
    return new Whole(ref);
  }

  private static JsonNode resolve(Part part, Scope scope) throws TemplateException {
    return switch (part) {
      case Constant constant -> constant.value();
      case Whole whole -> whole.ref().require(scope);
      case Mixed mixed -> {
        StringBuilder text = new StringBuilder();
        for (Part each : mixed.parts()) {
          JsonNode value = resolve(each, scope);
          text.append(value.isTextual() ? value.textValue() : value.toString());
        }
        yield TextNode.valueOf(text.toString());
      }
      case Items items -> {
        ArrayNode array = NODES.arrayNode();
        for (Part each : items.items()) {
          array.add(resolve(each, scope));
        }
        yield array;
      }
      case Fields fields -> {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, Part> field : fields.fields().entrySet()) {
          object.set(field.getKey(), resolve(field.getValue(), scope));
        }
        yield object;
      }
    };
  }
}
