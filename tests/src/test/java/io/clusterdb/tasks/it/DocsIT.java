package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.it.DocBlocks.Block;
import io.clusterdb.tasks.it.DocBlocks.How;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands that the pages of the documentation show, page after page on one platform, as a
 * reader types them. A page's background commands end with it.
 */
@NullUnmarked // start() comes before each test
class DocsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long PATIENCE_SECONDS = 60;

  /** Programs that a machine may lack; blocks with them are skipped there. */
  private static final List<String> OPTIONAL = List.of("kcat", "jq", "python3");

  @TempDir private static Path folder;
  private static EmbeddedPlatform platform;
  private static CliBridge bridge;
  private static int handlers;
  private static final List<Process> background = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    bridge = new CliBridge(folder, Map.of("TASKS_BOOTSTRAP", platform.bootstrap()));
    try (ServerSocket free = new ServerSocket(0)) {
      handlers = free.getLocalPort();
    }
    for (String name : List.of("examples", "docs")) {
      Files.createSymbolicLink(folder.resolve(name), ROOT.resolve(name));
    }
  }

  @AfterAll
  static void stop() {
    bridge.close();
    platform.close();
  }

  @TestFactory
  Stream<DynamicNode> whatThePagesShowWorks() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    String only = System.getProperty("docs.page", "");
    List<DynamicNode> nodes = new ArrayList<>();
    for (Path page : pages) {
      if (page.getFileName().toString().contains(only)) {
        nodes.add(node(page));
      }
    }
    return nodes.stream();
  }

  private static DynamicNode node(Path page) throws IOException {
    List<DynamicNode> tests = new ArrayList<>();
    for (Block block : DocBlocks.of(page)) {
      tests.add(dynamicTest(block.where(), () -> run(block)));
    }
    tests.add(dynamicTest("end of the page", DocsIT::endBackground));
    return DynamicContainer.dynamicContainer(page.getFileName().toString(), tests);
  }

  private static void run(Block block) throws Exception {
    if (block.how() == How.LEFT) {
      assertThat(block.reason()).as("why %s is not run", block.where()).isNotBlank();
      return;
    }
    for (String program : OPTIONAL) {
      assumeTrue(!block.script().contains(program) || installed(program), program);
    }
    File output = folder.resolve(block.where().replace(':', '-') + ".log").toFile();
    Process bash = bash(block, output);
    if (block.how() == How.BACKGROUND) {
      background.add(bash);
      return;
    }
    try {
      boolean ended = bash.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      String said = Files.readString(output.toPath());
      String also = background();
      assertThat(ended).as("%s ended; it said: %s%n%s", block.where(), said, also).isTrue();
      assertThat(bash.exitValue())
          .as("%s%n%s%n%s", block.where(), said, also)
          .isEqualTo(block.exits());
    } finally {
      bash.destroyForcibly();
    }
  }

  /** What the page's background commands have said. */
  private static String background() throws IOException {
    StringBuilder said = new StringBuilder();
    for (Path call : bridge.running()) {
      said.append("in the background: ").append(Files.readString(call.resolve("err")));
    }
    return said.toString();
  }

  private static Process bash(Block block, File output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-eu", "-c", here(block.before() + "\n" + block.script()));
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Map<String, String> environment = builder.environment();
    environment.put("PATH", folder + File.pathSeparator + environment.get("PATH"));
    environment.put("TASKS_API", platform.api().toString());
    return builder.start();
  }

  /** The pages have the ports of {@code tasks dev}, and 8091 for a service that handles jobs. */
  private static String here(String script) {
    return script
        .replaceAll("(127\\.0\\.0\\.1|localhost):8080", platform.api().getAuthority())
        .replaceAll("(127\\.0\\.0\\.1|localhost):9092", platform.bootstrap())
        .replaceAll("(127\\.0\\.0\\.1|localhost):8081", platform.registry().getAuthority())
        .replaceAll("127\\.0\\.0\\.1:8091", "127.0.0.1:" + handlers);
  }

  private static void endBackground() throws InterruptedException {
    for (Process process : background) {
      process.destroy();
    }
    bridge.interrupt();
    for (Process process : background) {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    background.clear();
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> new File(directory, program).canExecute());
  }
}
