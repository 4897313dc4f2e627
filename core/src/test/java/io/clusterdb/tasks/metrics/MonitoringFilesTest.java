package io.clusterdb.tasks.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Holds page, dashboards and alert rules to the list of metrics; {@code -Ddocs.write=true} writes
 * the page's tables anew.
 */
class MonitoringFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/metrics.md");
  private static final Path ALERTS_PAGE = ROOT.resolve("docs/alerts.md");
  private static final Path DASHBOARDS = ROOT.resolve("deploy/grafana");
  private static final Path RULES = ROOT.resolve("deploy/prometheus/tasks.rules.yml");
  private static final String BEGIN = "<!-- list of metrics: begin -->\n";
  private static final String END = "<!-- list of metrics: end -->\n";

  /** Whatever a selector or a function's argument names, labels and durations left out. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  private static final Pattern LABELS =
      Pattern.compile("\\{[^}]*}|\\[[^]]*]|\\b(by|on|without|ignoring) *\\([^)]*\\)");
  private static final Pattern WORD = Pattern.compile("\\b[a-z][a-z0-9]*(_[a-z0-9]+)+\\b");
  private static final Set<String> FUNCTIONS = Set.of("histogram_quantile", "label_values");

  @Test
  void thePageListsEveryMetricAsTheCodeHasIt() throws IOException {
    String page = Files.readString(PAGE);
    String wanted = BEGIN + tables() + END;
    if (Boolean.getBoolean("docs.write")) {
      String before = page.substring(0, page.indexOf(BEGIN));
      page = before + wanted + page.substring(page.indexOf(END) + END.length());
      Files.writeString(PAGE, page);
    }
    assertThat(page).contains(wanted);
  }

  @Test
  void queriesOfThePagesNameMetricsThatExist() throws IOException {
    String pages = page() + Files.readString(ALERTS_PAGE);
    Matcher blocks = Pattern.compile("```promql\n(.*?)```", Pattern.DOTALL).matcher(pages);
    List<String> queries = new ArrayList<>();
    while (blocks.find()) {
      queries.add(blocks.group(1));
    }
    assertThat(queries).isNotEmpty().allSatisfy(MonitoringFilesTest::namesWhatExists);
  }

  @Test
  void everyQueryOfADashboardNamesMetricsThatExist() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : dashboards()) {
      JsonNode board = new ObjectMapper().readTree(file.toFile());
      assertThat(board.path("title").asText()).startsWith("Tasks: ");
      assertThat(board.path("panels")).isNotEmpty();
      List<JsonNode> queries = board.findValues("expr");
      assertThat(queries).hasSizeGreaterThanOrEqualTo(board.path("panels").size());
      queries.forEach(query -> namesWhatExists(query.asText()));
      board.findValues("definition").forEach(query -> namesWhatExists(query.asText()));
      names.add(file.getFileName().toString());
    }
    assertThat(names).contains("queues.json", "workers.json", "scheduler.json", "workflows.json");
  }

  @Test
  void everyMetricIsOnADashboard() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : dashboards()) {
      all.append(Files.readString(file));
    }
    assertThat(PlatformMetric.all())
        .allSatisfy(metric -> assertThat(all).contains(metric.prometheus()));
  }

  @Test
  void everyAlertNamesMetricsThatExistAndSaysWhatToDo() throws IOException {
    JsonNode file =
        new ObjectMapper()
            .valueToTree(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(RULES)));
    int count = 0;
    for (JsonNode group : file.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        namesWhatExists(rule.path("expr").asText());
        assertThat(rule.path("annotations").path("summary").asText()).isNotEmpty();
        assertThat(rule.path("annotations").path("next").asText()).isNotEmpty();
        count++;
      }
    }
    assertThat(count).isGreaterThan(10);
  }

  @Test
  void promtoolFindsTheAlertsFireOnWhatTheyAreFor() throws Exception {
    promtool("deploy/prometheus", "test", "rules", "tasks.rules.test.yml");
  }

  @Test
  void promtoolFindsNoFaultInRulesAndConfigurations() throws Exception {
    promtool("deploy/prometheus", "check", "rules", "tasks.rules.yml");
    promtool("deploy/prometheus", "check", "config", "prometheus.yml");
    // The rules that this one names are there in its container.
    promtool("deploy/compose", "check", "config", "--syntax-only", "prometheus.yml");
  }

  private static void promtool(String folder, String... arguments) throws Exception {
    assumeTrue(
        Stream.of("/usr/bin/promtool", "/usr/local/bin/promtool")
            .anyMatch(each -> Files.isExecutable(Path.of(each))),
        "promtool (Debian: apt-get install prometheus) is not here");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process promtool =
        new ProcessBuilder(command)
            .directory(ROOT.resolve(folder).toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(output).isZero();
  }

  private static void namesWhatExists(String query) {
    String bare = LABELS.matcher(QUOTED.matcher(query).replaceAll("")).replaceAll(" ");
    Set<String> found = new TreeSet<>();
    Matcher words = WORD.matcher(bare);
    while (words.find()) {
      found.add(words.group());
    }
    found.removeAll(FUNCTIONS);
    found.remove("error_rate");
    assertThat(series()).as(query).containsAll(found);
    assertThat(found.isEmpty() && !bare.contains("error_rate")).as(query).isFalse();
  }

  /** Names as queries have them: of a histogram its three. */
  private static Set<String> series() {
    Set<String> all = new TreeSet<>();
    for (PlatformMetric metric : PlatformMetric.all()) {
      String name = metric.prometheus();
      switch (metric.kind()) {
        case TIMER, SIZES -> all.addAll(List.of(name + "_bucket", name + "_sum", name + "_count"));
        case COUNTER, GAUGE, HIGHEST -> all.add(name);
      }
    }
    return all;
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static String tables() {
    StringBuilder text = new StringBuilder();
    for (PlatformMetric.Source source : PlatformMetric.Source.values()) {
      text.append("\n### ").append(title(source)).append("\n\n");
      text.append("| metric | kind | labels | meaning |\n|---|---|---|---|\n");
      PlatformMetric.all().stream()
          .filter(metric -> metric.source() == source)
          .forEach(metric -> text.append(row(metric)));
    }
    return text.append('\n').toString();
  }

  private static String title(PlatformMetric.Source source) {
    return switch (source) {
      case WORKER -> "Workers";
      case CLIENT -> "Clients";
      case ORCHESTRATOR -> "Orchestrator";
      case SCHEDULER -> "Scheduler";
      case SERVICE -> "Services";
    };
  }

  private static String row(PlatformMetric metric) {
    String labels =
        metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
    String kind =
        switch (metric.kind()) {
          case COUNTER -> "counter";
          case TIMER, SIZES -> "histogram";
          case GAUGE, HIGHEST -> "gauge";
        };
    return "| `%s` | %s | %s | %s |\n"
        .formatted(metric.prometheus(), kind.toLowerCase(Locale.ROOT), labels, metric.meaning());
  }
}
