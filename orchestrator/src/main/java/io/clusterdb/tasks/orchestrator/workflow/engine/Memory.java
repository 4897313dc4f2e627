package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers parsed inputs and lists of fan-outs, which would be parsed for every element otherwise.
 * What is remembered follows from the rows, so forgetting it costs time only. Not thread-safe.
 */
public final class Memory {
  private static final int MOST = 64;

  private final Map<String, JsonNode> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonNode> eldest) {
          return size() > MOST;
        }
      };

  @Nullable JsonNode get(String key) {
    return known.get(key);
  }

  JsonNode get(String key, Supplier<JsonNode> make) {
    JsonNode found = known.get(key);
    if (found == null) {
      found = make.get();
      known.put(key, found);
    }
    return found;
  }

  void put(String key, JsonNode value) {
    known.put(key, value);
  }
}
