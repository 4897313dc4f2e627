package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks the workflows' section and keeps it as it is, with versions as text. */
final class WorkflowReader {
  private WorkflowReader() {}

  static JsonNode read(Cursor cursor) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    cursor.entries().forEach((name, workflow) -> all.set(name, workflow(name, workflow)));
    return all;
  }

  private static JsonNode workflow(String name, Cursor cursor) {
    Names.check(name, cursor);
    MapReader map = cursor.map(Keys.WORKFLOW);
    String version = map.read("version", Cursor::text);
    map.read("timeout", Cursor::duration);
    map.read("error_handling", WorkflowReader::errorHandling);
    map.read("outputs", Cursor::entries);
    List<Cursor> tasks = map.require("tasks", Cursor::items);
    if (tasks != null) {
      if (tasks.isEmpty() && map.read("tasks", Cursor::node) instanceof YamlNode.Sequence) {
        map.problem("tasks", "expected at least one task, found none");
      }
      tasks(tasks);
    }
    JsonNode json = cursor.json();
    if (json instanceof ObjectNode object && version != null) {
      object.put("version", version); // 1.10 is not 1.1
    }
    return json;
  }

  private static void tasks(List<Cursor> tasks) {
    Map<String, List<Cursor>> dependsOn = new LinkedHashMap<>();
    for (Cursor cursor : tasks) {
      MapReader map = cursor.map(Keys.WORKFLOW_TASK);
      String name = map.require("name", Names::name);
      List<Cursor> needs = map.read("depends_on", Cursor::items);
      task(map);
      if (name != null && dependsOn.putIfAbsent(name, needs == null ? List.of() : needs) != null) {
        map.problem("name", "expected each name once, found \"" + name + "\" again");
      }
    }
    Dependencies.check(dependsOn);
  }

  private static void task(MapReader map) {
    map.read("task", TaskReader::read);
    map.read("retry", RetryReader::read);
    map.read("error_handling", WorkflowReader::errorHandling);
    map.read("compensate_with", TaskReader::readTyped);
    map.read("when", Cursor::text);
    map.read("sleep", Cursor::duration);
    map.read("timeout", Cursor::duration);
    map.read("on_failure", at -> at.choice(List.of("fail", "continue")));
    map.read("workflow", at -> at.node() instanceof Mapping ? at : at.text());
  }

  private static MapReader errorHandling(Cursor cursor) {
    MapReader map = cursor.map(Keys.ERROR_HANDLING);
    List<String> types = List.of("compensating_actions", "retry");
    String type = map.require("type", at -> at.choice(types));
    map.read("on_errors", Cursor::texts);
    Integer attempts = map.read("max_attempts", Cursor::integer);
    if (attempts != null && attempts < 1) {
      map.problem("max_attempts", "expected max_attempts of 1 or more, found " + attempts);
    }
    map.read("actions", actions -> actions.list(WorkflowReader::compensation));
    if (type != null) {
      for (String key :
          type.equals("retry") ? List.of("actions") : List.of("on_errors", "max_attempts")) {
        if (map.has(key)) {
          map.problem(key, "expected no " + key + " with error handling of type " + type);
        }
      }
    }
    return map;
  }

  private static MapReader compensation(Cursor cursor) {
    MapReader map = cursor.map(Keys.COMPENSATION);
    map.require("task", Names::name);
    map.require("action", TaskReader::readTyped);
    return map;
  }
}
