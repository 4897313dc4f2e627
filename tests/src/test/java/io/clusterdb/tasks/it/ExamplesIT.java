package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs examples as users do, each in a process of its own, on one platform. */
class ExamplesIT {
  private static final String PACKAGE = "io.clusterdb.tasks.examples";
  private static final Path SOURCES =
      Path.of("..", "examples", "src", "main", "java", PACKAGE.replace('.', '/'));
  private static final long PATIENCE_SECONDS = 120;
  private static EmbeddedPlatform platform;

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
  }

  @AfterAll
  static void stop() {
    try (Tasks tasks = Tasks.connect(platform.bootstrap())) {
      assertThat(Replays.everyRun(tasks)).isPositive();
    } finally {
      platform.close();
    }
  }

  /** Whatever has a main there, so that none is forgotten. */
  static List<Class<?>> examples() throws IOException, ClassNotFoundException {
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.sorted().toList()) {
        if (Files.readString(file).contains("public static void main(")) {
          String name = file.getFileName().toString().replace(".java", "");
          found.add(Class.forName(PACKAGE + "." + name));
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Execution(ExecutionMode.CONCURRENT)
  void showsWhatItPromises(Class<?> example) throws IOException, InterruptedException {
    File output = folder.resolve(example.getSimpleName()).toFile();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(ClassArchive.options());
    command.add(example.getName());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().put("TASKS_BOOTSTRAP", platform.bootstrap());
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(ended ? process.exitValue() : -1).as(Files.readString(output.toPath())).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
