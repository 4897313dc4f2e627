package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML of any kind as trees. */
final class YamlFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private YamlFiles() {}

  static JsonNode read(Path file) throws IOException {
    return all(Files.readString(file)).getFirst();
  }

  /** The documents of a text; empty ones are left out. */
  static List<JsonNode> all(String text) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (document != null) {
        documents.add(MAPPER.valueToTree(document));
      }
    }
    return documents;
  }
}
