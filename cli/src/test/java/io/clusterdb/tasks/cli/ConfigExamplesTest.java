package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.config.ConfigFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the configurations under deploy/ to the loader, and to the sizes that they name. */
class ConfigExamplesTest {
  private static final Pattern COMMAND =
      Pattern.compile("^# +tasks (sizing .*)$", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void loadsAndHasWhatItsSizingAsksFor(String name) throws IOException {
    Path file = Path.of("..", "deploy", "config", name + ".yaml");
    TasksConfig config = ConfigFile.load(file, Map.of());
    JsonNode sizing = sizing(Files.readString(file));
    Queue queue = queue(config, "default");

    assertThat(queue.concurrency()).isEqualTo(sizing.get("concurrency").asInt());
    assertThat(queue.partitions()).isGreaterThanOrEqualTo(sizing.get("partitions").asInt());
    assertThat(queue.partitions() % sizing.get("workers").asInt()).isZero();
    assertThat(config.sharedPartitions())
        .isGreaterThanOrEqualTo(sizing.get("sharedPartitions").asInt());
    assertThat(sizing.get("brokers").asInt()).isGreaterThanOrEqualTo(config.replication());
  }

  private static Queue queue(TasksConfig config, String name) {
    return config.queues().stream()
        .filter(queue -> queue.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode sizing(String yaml) throws IOException {
    Matcher command = COMMAND.matcher(yaml);
    assertThat(command.find()).as("a comment with the command of its sizing").isTrue();
    List<String> words = new ArrayList<>(List.of(command.group(1).split(" ")));
    words.addAll(List.of("--output", "json"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    int code =
        Cli.run(InputStream.nullInputStream(), out, err, Map.of(), words.toArray(String[]::new));
    assertThat(code).isEqualTo(ExitCodes.DONE);
    return Json.mapper().readTree(out.toString(UTF_8));
  }
}
