package io.clusterdb.tasks.worker.middleware;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Hides what paths lead to in JSON text. Immutable and thread-safe. */
final class Redaction implements UnaryOperator<String> {
  private static final JsonNode HIDDEN = TextNode.valueOf("***");
  private static final String ANY = "*";

  private final List<List<String>> paths = new ArrayList<>();

  Redaction(List<String> paths) {
    paths.forEach(path -> this.paths.add(List.of(path.split("\\."))));
  }

  /**
   * The text with all of that hidden.
   *
   * @throws IllegalArgumentException if it is no JSON, so that nobody knows what to hide
   */
  @Override
  public String apply(String text) {
    if (paths.isEmpty()) {
      return text;
    }
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected JSON to redact, found something else", e);
    }
    paths.forEach(path -> hide(tree, path));
    return tree.toString();
  }

  private static void hide(JsonNode node, List<String> path) {
    switch (node) {
      case ArrayNode list -> list(list, path);
      case ObjectNode object -> object(object, path);
      default -> {} // The path leads nowhere.
    }
  }

  private static void list(ArrayNode list, List<String> path) {
    boolean any = path.getFirst().equals(ANY);
    for (int i = 0; i < list.size(); i++) {
      if (any && path.size() == 1) {
        list.set(i, HIDDEN);
      } else {
        hide(list.get(i), any ? path.subList(1, path.size()) : path);
      }
    }
  }

  private static void object(ObjectNode object, List<String> path) {
    List<String> rest = path.subList(1, path.size());
    for (String name : names(object, path.getFirst())) {
      if (rest.isEmpty()) {
        object.set(name, HIDDEN);
      } else {
        hide(object.get(name), rest);
      }
    }
  }

  private static List<String> names(ObjectNode object, String name) {
    if (!name.equals(ANY)) {
      return object.has(name) ? List.of(name) : List.of();
    }
    List<String> all = new ArrayList<>();
    object.fieldNames().forEachRemaining(all::add);
    return all;
  }
}
