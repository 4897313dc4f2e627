package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.workflow.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of a run see.
 *
 * @param item element of a fan-out; null outside of one
 * @param index its index
 */
record RunScope(Work work, Memory memory, @Nullable JsonNode item, int index) implements Scope {
  @Override
  public @Nullable JsonNode root(String name) {
    return switch (name) {
      case "input" -> inputs().get("input");
      case "context" -> inputs().get("context");
      case "workflow" -> workflow();
      case "item" -> item;
      case "index" -> item == null ? null : IntNode.valueOf(index);
      case "error" -> error(work.run().error());
      default -> null;
    };
  }

  /** The run's input. */
  JsonNode input() {
    JsonNode input = inputs().get("input");
    return input == null ? NullNode.instance : input;
  }

  JsonNode inputs() {
    return memory.get(
        "input/" + work.run().executionId() + "/" + work.run().runId(),
        () -> {
          Row row = work.get(Row.Key.INPUT);
          return row == null ? NullNode.instance : Json.exact(((Row.Text) row).json());
        });
  }

  @Override
  public @Nullable JsonNode task(String task, String field) {
    Row.Task row = work.task(task);
    return switch (field) {
      case "output" -> row.state().ended() ? output(row) : null;
      case "error" -> error(row.error());
      case "state" -> TextNode.valueOf(row.state().name());
      default -> null;
    };
  }

  /** What a task returned; null of JSON where it was not run. */
  private JsonNode output(Row.Task row) {
    if (row.items() < 0) {
      String text = work.output(row.name(), -1);
      return text == null ? NullNode.instance : Json.exact(text);
    }
    ArrayNode all = Json.mapper().createArrayNode();
    for (int i = 0; i < row.items(); i++) {
      String text = work.output(row.name(), i);
      all.add(text == null ? NullNode.instance : Json.exact(text));
    }
    return all;
  }

  private ObjectNode workflow() {
    Row.Run run = work.run();
    return Json.mapper()
        .createObjectNode()
        .put("id", run.executionId())
        .put("name", run.workflow())
        .put("version", run.version())
        .put("startedAt", Instant.ofEpochMilli(run.startedAt()).toString());
  }

  private static @Nullable JsonNode error(@Nullable JobFailure error) {
    return error == null
        ? null
        : Json.mapper()
            .createObjectNode()
            .put("type", error.type())
            .put("message", error.message());
  }
}
