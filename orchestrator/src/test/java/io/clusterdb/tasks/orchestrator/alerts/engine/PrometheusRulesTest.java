package io.clusterdb.tasks.orchestrator.alerts.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Durations;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the orchestrator's rules, by their defaults, to those for Prometheus. */
class PrometheusRulesTest {
  private static final Path FILE = Path.of("..", "deploy", "prometheus", "tasks.rules.yml");

  private final Map<String, JsonNode> rules = rules();

  private static Map<String, JsonNode> rules() {
    try {
      JsonNode file =
          new ObjectMapper()
              .valueToTree(
                  new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILE)));
      Map<String, JsonNode> found = new HashMap<>();
      for (JsonNode group : file.path("groups")) {
        group.path("rules").forEach(rule -> found.put(rule.path("alert").asText(), rule));
      }
      return found;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothSayTheSame(AlertRule rule) {
    JsonNode there = rules.get(rule.prometheus());
    assertThat(there).as(rule.prometheus()).isNotNull();
    assertThat(there.path("expr").asText()).contains("> " + threshold(rule));
    assertThat(there.path("for").asText()).isEqualTo(Durations.format(AlertConfig.DEFAULT_AFTER));
    assertThat(there.path("keep_firing_for").asText())
        .isEqualTo(Durations.format(AlertConfig.DEFAULT_RESOLVE_AFTER));
    assertThat(there.path("labels").path("severity").asText()).isEqualTo(rule.severity());
    assertThat(filled(there.path("annotations").path("summary").asText()))
        .isEqualTo(rule.summary());
    assertThat(filled(there.path("annotations").path("next").asText())).isEqualTo(rule.next());
  }

  private static String threshold(AlertRule rule) {
    return switch (rule) {
      case QUEUE_DEPTH -> Long.toString(AlertConfig.DEFAULT_QUEUE_THRESHOLD);
      case ERROR_RATE -> BigDecimal.valueOf(AlertConfig.DEFAULT_ERROR_THRESHOLD).toPlainString();
      case OLDEST_JOB -> Long.toString(AlertConfig.DEFAULT_AGE_THRESHOLD.toSeconds());
      case NO_WORKERS -> "0";
    };
  }

  private static String filled(String text) {
    return text.replace("{{ $labels.queue }}", "{queue}")
        .replaceAll("\\{\\{ \\$value( \\| [a-zA-Z]+)? }}", "{value}");
  }
}
