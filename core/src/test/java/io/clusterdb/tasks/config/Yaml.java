package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Configuration files of the tests. */
final class Yaml {
  private Yaml() {}

  /** The file of the contract. */
  static Path contract() {
    URL url = Objects.requireNonNull(Yaml.class.getResource("contract.yaml"));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static String contractText() {
    try {
      return Files.readString(contract());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TasksConfig parse(String text) {
    return ConfigFile.parse("tasks.yaml", text, Map.of());
  }

  /** The only queue of a file, by its keys in flow style. */
  static Queue queue(String keys) {
    return parse("tasks: { queues: { q: { " + keys + " } } }").queues().getFirst();
  }

  /** Every problem of a file, a line each, as users see them. */
  static List<String> problems(String text) {
    return problems(text, Map.of());
  }

  static List<String> problems(String text, Map<String, String> environment) {
    ConfigException[] thrown = new ConfigException[1];
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigFile.parse("tasks.yaml", text, environment))
        .satisfies(e -> thrown[0] = e);
    return thrown[0].problems().stream().map(problem -> problem.in("tasks.yaml")).toList();
  }
}
