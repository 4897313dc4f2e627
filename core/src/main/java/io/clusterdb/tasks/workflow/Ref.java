package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path into a {@link Scope}, such as {@code tasks.validate.output.items[0].price}.
 *
 * @param text as it was written
 * @param path its steps: a {@link String} is a field, an {@link Integer} an index
 * @param fallback value where the path leads nowhere; null for none
 */
public record Ref(String text, List<Object> path, @Nullable JsonNode fallback) {
  static final List<String> ROOTS =
      List.of("input", "tasks", "context", "workflow", "item", "index", "error");

  static final List<String> TASK_FIELDS = List.of("output", "error", "state");

  static final List<String> WORKFLOW_FIELDS = List.of("id", "name", "version", "startedAt");

  /** Copies the path. */
  public Ref {
    path = List.copyOf(path);
  }

  /** The first step. */
  public String root() {
    return (String) path.getFirst();
  }

  /** The task that it is about; null if it is about none. */
  public @Nullable String task() {
    return root().equals("tasks") && path.size() > 1 && path.get(1) instanceof String task
        ? task
        : null;
  }

  /** What it refers to; null if that is not there and it has no fallback. */
  @Nullable JsonNode find(Scope scope) {
    JsonNode found = lookUp(scope);
    return found == null ? fallback : found;
  }

  private @Nullable JsonNode lookUp(Scope scope) {
    String task = task();
    if (task == null) {
      return walk(scope.root(root()), 1);
    }
    return path.size() > 2 && path.get(2) instanceof String field
        ? walk(scope.task(task, field), 3)
        : null;
  }

  private @Nullable JsonNode walk(@Nullable JsonNode start, int from) {
    JsonNode at = start;
    for (int i = from; i < path.size() && at != null; i++) {
      at =
          switch (path.get(i)) {
            case Integer index -> at.get(index < 0 ? at.size() + index : index);
            case String field -> at.get(field);
            default -> null;
          };
    }
    return at;
  }

  /** What it refers to, or an error that names it. */
  JsonNode require(Scope scope) throws TemplateException {
    JsonNode found = find(scope);
    if (found == null) {
      throw new TemplateException(
          "expected a value at {{%s}}, found none; add \"| default: …\" if it may be missing"
              .formatted(text));
    }
    return found;
  }

  /** What it refers to, or JSON's null. */
  JsonNode orNull(Scope scope) {
    JsonNode found = find(scope);
    return found == null ? NullNode.instance : found;
  }

  @Override
  public String toString() {
    return "{{" + text + "}}";
  }
}
