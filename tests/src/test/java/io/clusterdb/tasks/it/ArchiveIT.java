package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows the quick start to the letter, in an empty directory with the archive and a JDK alone.
 * Only ports differ: the platform takes free ones.
 */
class ArchiveIT {
  private static final Path BUILT = Path.of("..", "dist", "target");
  private static final String DEV = "bin/tasks dev";
  private static final String ANYWHERE =
      " --ephemeral --kafka-port 0 --http-port 0 --registry-port 0 --output json";
  private static final Pattern BLOCK =
      Pattern.compile("^```bash\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final long PATIENCE_SECONDS = 180;

  @TempDir static Path directory;

  @BeforeAll
  static void theArchiveIsBuilt() throws IOException {
    if (Files.isDirectory(BUILT)) {
      try (Stream<Path> files = Files.list(BUILT)) {
        for (Path file : files.filter(name -> name.toString().endsWith(".tar.gz")).toList()) {
          Files.copy(file, directory.resolve(file.getFileName()));
        }
      }
    }
    try (Stream<Path> found = Files.list(directory)) {
      assumeTrue(found.findAny().isPresent(), "no archive is built: ./build package");
    }
  }

  @Test
  void theQuickStartWorks() throws Exception {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Path.of("..", "docs", "quick-start.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    int dev = blocks.indexOf(DEV + "\n");
    assertThat(dev).isPositive();

    String version = run(directory, Map.of(), String.join("", blocks.subList(0, dev)));
    assertThat(version).containsPattern("tasks \\d+\\.\\d+");
    Path home = unpacked();
    File log = directory.resolve("dev.log").toFile();
    Process platform = bash(home, Map.of(), "exec " + DEV + ANYWHERE).redirectError(log).start();
    try (BufferedReader ready = platform.inputReader(UTF_8)) {
      JsonNode addresses = new ObjectMapper().readTree(ready.readLine());
      Map<String, String> where = Map.of("TASKS_BOOTSTRAP", addresses.get("bootstrap").asText());
      String shown = run(home, where, String.join("", blocks.subList(dev + 1, blocks.size())));

      assertThat(shown)
          .contains("ada@example.org", "bob@example.org", "after 2 attempts  ExecError")
          .contains("{\"to\":\"eve@example.org\"}")
          .containsPattern("SUCCEEDED +mails +Bounce +mail-3");
    } finally {
      platform.destroy();
      assertThat(platform.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theListOfWhatItConsistsOfNamesEachOfItsJars() throws Exception {
    List<String> named = new ArrayList<>();
    for (JsonNode each :
        new ObjectMapper().readTree(BUILT.resolve("bom.json").toFile()).path("components")) {
      named.add(each.path("name").asText() + "-" + each.path("version").asText() + ".jar");
    }
    try (Stream<Path> jars = Files.list(other().resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .isNotEmpty()
          .allSatisfy(jar -> assertThat(named).contains(jar));
    }
  }

  @Test
  void everyLinkOfItsPagesLeadsToWhatItHas() throws Exception {
    Path home = other();
    List<String> broken = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        LINK.matcher(Files.readString(page))
            .results()
            .map(link -> link.group(1))
            .filter(target -> !target.matches("https?:.*|#.*"))
            .filter(target -> !Files.exists(page.resolveSibling(target.split("#", 2)[0])))
            .forEach(target -> broken.add(home.relativize(page) + ": " + target));
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void anExampleRunsFromItsSource() throws Exception {
    assumeTrue(Runtime.version().feature() >= 22, "Java compiles several files from JDK 22 on");
    Path home = other();
    String command =
        BLOCK
            .matcher(Files.readString(home.resolve("examples/README.md")))
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("-cp 'lib/*'"))
            .findFirst()
            .orElseThrow();

    String said = run(home, Map.of(), "PATH=$JAVA_HOME/bin:$PATH\n" + command);

    assertThat(said).contains("job job-123 brought its metadata");
  }

  @Test
  void shellsCompleteItsCommands() throws Exception {
    String said =
        run(
            other(),
            Map.of(),
            """
            compopt() { :; } # wants a shell that completes
            source <(bin/tasks completion)
            COMP_WORDS=(tasks wor) COMP_CWORD=1 COMP_LINE='tasks wor' COMP_POINT=9
            $(complete -p tasks | sed 's/.*-F \\([^ ]*\\).*/\\1/') tasks wor tasks
            printf '%s\\n' "${COMPREPLY[@]}"
            """);

    assertThat(said.lines()).contains("worker", "workflow");
  }

  @Test
  void withoutAJdkTheLauncherSaysWhatItNeeds() throws Exception {
    Path bare = Files.createDirectories(directory.resolve("bare"));
    run(bare, Map.of("HOME_OF_ALL", other().toString()), "cp -R \"$HOME_OF_ALL\"/{bin,libexec} .");
    // Where JDKs usually are cannot be hidden from it, so the version that it asks for is raised.
    Path finder = bare.resolve("libexec/find-jdk.sh");
    Files.writeString(
        finder, Files.readString(finder).replace("local wanted=$1", "local wanted=999"));
    Process launcher =
        bash(bare, Map.of("JAVA_HOME", ""), "bin/tasks --version")
            .redirectErrorStream(true)
            .start();

    String said = new String(launcher.getInputStream().readAllBytes(), UTF_8);
    assertThat(launcher.waitFor()).isEqualTo(1);
    assertThat(said).contains("A JDK of version 999 or newer was expected", "JAVA_HOME");
  }

  /** The archive unpacked a second time, for all but the quick start, which does that itself. */
  private static Path other() throws IOException, InterruptedException {
    Path folder = directory.resolve("others").resolve("tasks");
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      run(folder, Map.of(), "tar -xzf ../../tasks-*.tar.gz --strip-components=1");
    }
    return folder;
  }

  private static Path unpacked() throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found
          .filter(path -> Files.isExecutable(path.resolve("bin/tasks")))
          .findAny()
          .orElseThrow();
    }
  }

  private static String run(Path where, Map<String, String> variables, String script)
      throws IOException, InterruptedException {
    Process process =
        bash(where, variables, "set -euo pipefail\n" + script).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static ProcessBuilder bash(Path where, Map<String, String> variables, String script) {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", "-c", script).directory(where.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", directory.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(variables);
    return builder;
  }
}
