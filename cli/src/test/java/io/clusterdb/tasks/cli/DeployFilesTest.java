package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads Dockerfile, Compose file and systemd units: what they refer to exists, and the command line
 * takes their commands. No image is built and no service is started here.
 */
class DeployFilesTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Path SYSTEMD_ANALYZE = Path.of("/usr/bin/systemd-analyze");
  private static final String DRAIN = "--drain-timeout";

  @Test
  void composeRefersToWhatExists() throws IOException {
    JsonNode compose = YamlFiles.read(DEPLOY.resolve("compose.yaml"));
    Set<String> services = new TreeSet<>();
    compose.get("services").fieldNames().forEachRemaining(services::add);
    Set<String> volumes = new TreeSet<>();
    compose.get("volumes").fieldNames().forEachRemaining(volumes::add);

    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      JsonNode settings = merged(service.getValue());
      settings
          .path("depends_on")
          .fieldNames()
          .forEachRemaining(of -> assertThat(services).contains(of));
      settings
          .path("volumes")
          .forEach(
              volume -> {
                String source = volume.asText().split(":", 2)[0];
                if (source.startsWith(".")) {
                  assertThat(DEPLOY.resolve(source)).exists();
                } else {
                  assertThat(volumes).contains(source);
                }
              });
      JsonNode build = settings.path("build");
      if (!build.isMissingNode()) {
        assertThat(
                DEPLOY
                    .resolve(build.get("context").asText())
                    .resolve(build.get("dockerfile").asText()))
            .isRegularFile();
      }
      assertThat(settings.get("image").asText())
          .as("a version of %s", service.getKey())
          .contains(":");
    }
  }

  @Test
  void composeStartsCommandsThatThereAre() throws IOException {
    List<String> started = new ArrayList<>();
    for (JsonNode service : YamlFiles.read(DEPLOY.resolve("compose.yaml")).get("services")) {
      if (service.has("command") && service.has("build")) {
        List<String> words = new ArrayList<>();
        service.get("command").forEach(word -> words.add(word.asText()));
        started.add(CommandLines.parse(words));
      }
    }
    assertThat(started).containsExactlyInAnyOrder("scheduler", "orchestrator", "apply", "worker");
  }

  /**
   * Java's native libraries are unpacked there and loaded; an engine mounts it noexec by itself.
   */
  @Test
  void librariesCanBeLoadedFromTheTemporaryDirectoryOfAReadOnlyContainer() throws IOException {
    for (JsonNode service : YamlFiles.read(DEPLOY.resolve("compose.yaml")).get("services")) {
      JsonNode settings = merged(service);
      if (settings.path("read_only").asBoolean()) {
        assertThat(settings.at("/tmpfs/0").asText()).isEqualTo("/tmp:exec");
      }
    }
    assertThat(Files.readString(DEPLOY.resolve("Dockerfile"))).contains("--tmpfs /tmp:exec ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks-scheduler", "tasks-orchestrator", "tasks-worker@"})
  void systemdFindsNoFaultInAUnit(String unit, @TempDir Path folder) throws Exception {
    assumeTrue(
        Files.isExecutable(SYSTEMD_ANALYZE), SYSTEMD_ANALYZE + " (Debian: systemd) is not here");
    Path file = folder.resolve(unit + ".service");
    // Nothing is installed here: a program that there is stands for the launcher.
    Files.writeString(
        file,
        Files.readString(DEPLOY.resolve("systemd").resolve(unit + ".service"))
            .replace("ExecStart=/opt/tasks/bin/tasks ", "ExecStart=/bin/sh "));
    Process systemd =
        new ProcessBuilder(SYSTEMD_ANALYZE.toString(), "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(systemd.getInputStream().readAllBytes(), UTF_8);

    assertThat(systemd.waitFor()).as(said).isZero();
    assertThat(said).doesNotContain(unit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks-scheduler", "tasks-orchestrator", "tasks-worker@"})
  void unitsStartCommandsThatThereAreAndWaitForTheirEnd(String unit) throws IOException {
    String text = Files.readString(DEPLOY.resolve("systemd").resolve(unit + ".service"));
    List<String> words =
        new ArrayList<>(
            List.of(value(text, "ExecStart").replace("$WORKER_ARGS", "--exec t=true").split(" ")));
    assertThat(words.removeFirst()).isEqualTo("/opt/tasks/bin/tasks");

    assertThat(unit).contains(CommandLines.parse(words));
    int drain = words.contains(DRAIN) ? seconds(words.get(words.indexOf(DRAIN) + 1)) : 30;
    assertThat(seconds(value(text, "TimeoutStopSec"))).isGreaterThan(drain);
    assertThat(value(text, "Restart")).isEqualTo("always");
  }

  @Test
  void theImageCopiesAndRunsWhatExists() throws IOException {
    String dockerfile = Files.readString(DEPLOY.resolve("Dockerfile"));
    Set<String> stages = new TreeSet<>();
    all("(?m)^FROM \\S+ AS (\\w+)$", dockerfile).forEach(stages::add);

    assertThat(all("--from=(\\w+)", dockerfile)).isNotEmpty().allMatch(stages::contains);
    assertThat(all("\"(io\\.clusterdb\\.[\\w.]+)\"", dockerfile))
        .hasSize(2)
        .allSatisfy(
            name -> assertThat(Class.forName(name).getMethod("main", String[].class)).isNotNull());
    assertThat(dockerfile).contains("USER 65532:65532", "HEALTHCHECK", "-XX:MaxRAMPercentage=");
  }

  @Test
  void grafanaAndPrometheusAreToldOfFilesThatParse() throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY.resolve("compose"))) {
      List<Path> yaml = files.filter(file -> file.toString().matches(".*\\.ya?ml")).toList();
      assertThat(yaml).hasSize(3);
      for (Path file : yaml) {
        assertThat(YamlFiles.read(file).isObject()).as("%s", file).isTrue();
      }
    }
  }

  /** A service with what it takes over by {@code <<}. */
  private static JsonNode merged(JsonNode service) {
    if (!service.has("<<")) {
      return service;
    }
    ObjectNode all = service.get("<<").deepCopy();
    service.properties().forEach(entry -> all.set(entry.getKey(), entry.getValue()));
    return all;
  }

  private static String value(String unit, String key) {
    Matcher found = Pattern.compile("^" + key + "=(.*)$", Pattern.MULTILINE).matcher(unit);
    assertThat(found.find()).as(key).isTrue();
    return found.group(1);
  }

  private static int seconds(String text) {
    return Integer.parseInt(text.replaceAll("\\D", ""));
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }
}
