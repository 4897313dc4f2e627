package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What templates and conditions see. Null means that there is nothing. */
public interface Scope {
  /** A value by its first name: input, context, workflow, item, index or error. */
  @Nullable JsonNode root(String name);

  /** A field of a task: output, error or state. */
  @Nullable JsonNode task(String task, String field);
}
