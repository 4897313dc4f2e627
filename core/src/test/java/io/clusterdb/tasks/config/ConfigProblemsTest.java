package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ConfigProblemsTest {
  @TempDir private Path folder;

  /** Each block of problems.txt is a file, its lines after bars, and then what is wrong in it. */
  @TestFactory
  Stream<DynamicTest> reportsEveryProblemAtItsPlace() throws IOException {
    try (var in = ConfigProblemsTest.class.getResourceAsStream("problems.txt")) {
      byte[] bytes = Objects.requireNonNull(in).readAllBytes();
      String[] blocks = new String(bytes, StandardCharsets.UTF_8).split("\n\n");
      return Arrays.stream(blocks).map(ConfigProblemsTest::block);
    }
  }

  private static DynamicTest block(String block) {
    String yaml =
        block
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> line.substring(2))
            .collect(Collectors.joining("\n"));
    List<String> expected =
        block.lines().filter(line -> !line.startsWith("| ")).map(ConfigProblemsTest::full).toList();
    return DynamicTest.dynamicTest(
        yaml, () -> assertThat(Yaml.problems(yaml)).containsExactlyElementsOf(expected));
  }

  private static String full(String line) {
    String words = Queue.RESERVED_NAMES.stream().sorted().toList().toString();
    String shown = line.replace("<reserved>", words); // grows with the platform
    return "tasks.yaml:" + (Character.isDigit(line.charAt(0)) ? shown : " " + shown);
  }

  @Test
  void oneExceptionNamesTheFileAndShowsAllProblems() {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> Yaml.parse("prefix: ''\nreplication: 0"))
        .withMessage(
            """
            Invalid configuration: tasks.yaml has 2 problems
              tasks.yaml:1:9: prefix: expected a prefix of letters, digits, ., _ and -, at most 80 \
            characters, found ""
              tasks.yaml:2:14: replication: expected a replication from 1 to 100, found 0\
            """)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
  }

  @Test
  void theMessageStaysReadableWithManyProblems() {
    String text =
        Stream.iterate(1, n -> n + 1).limit(3_000).map(n -> "k" + n + ": 1\n").toList().stream()
            .collect(Collectors.joining());

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Yaml.parse(text))
        .withMessageEndingWith("and 900 more")
        .satisfies(e -> assertThat(e.problems()).hasSize(Problems.MOST));
  }

  @Test
  void sharedSettingsMayStandUnderKeysThatStartWithX() {
    TasksConfig config =
        Yaml.parse("x-base: &base { concurrency: 3 }\ntasks: { queues: { a: *base } }");

    assertThat(config.queues().getFirst().concurrency()).isEqualTo(3);
  }

  @Test
  void reportsWhatIsNoText() throws IOException {
    Path file = folder.resolve("tasks.yaml");
    Files.write(file, "prefix: a\nhttp: \u00e4".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problemsOf(file)).containsExactly("2:7: expected UTF-8, found bytes that are not");
    assertThat(Yaml.problems("a: 1\nb: \u0007"))
        .containsExactly("tasks.yaml:2:4: expected printable characters, found U+0007");
    assertThat(Yaml.problems(""))
        .containsExactly("tasks.yaml: expected a mapping of settings, found an empty file");
  }

  @Test
  void aByteOrderMarkIsNoProblem() throws IOException {
    Path file = folder.resolve("tasks.yaml");
    Files.writeString(file, "\uFEFFprefix: a");

    assertThat(TasksConfig.load(file).prefix()).isEqualTo("a");
  }

  @Test
  void reportsAFileThatIsNotThere() {
    assertThat(problemsOf(folder.resolve("no.yaml")))
        .containsExactly("expected a YAML file, found no such file");
    assertThat(problemsOf(folder)).containsExactly("expected a YAML file, found a directory");
  }

  @Test
  void schemaFilesAreBesideTheFile() throws IOException {
    Path file = folder.resolve("tasks.yaml");
    Files.writeString(file, "tasks: { types: { T: { payload_schema: t.avsc } } }");
    Files.writeString(folder.resolve("t.avsc"), "\"string\"");

    assertThat(TasksConfig.load(file).types().getFirst().payloadSchema()).isEqualTo("\"string\"");

    Files.writeString(folder.resolve("t.avsc"), "{ \"type\": \"record\" }");
    assertThat(problemsOf(file))
        .containsExactly(
            "1:40: tasks.types.T.payload_schema: expected an Avro schema in "
                + folder.toAbsolutePath().resolve("t.avsc")
                + ", found one that Avro refuses: No name in schema: {\"type\":\"record\"}");
  }

  private static List<String> problemsOf(Path file) {
    try {
      ConfigFile.load(file, Map.of());
      return List.of();
    } catch (ConfigException e) {
      String name = file + ":";
      return e.problems().stream()
          .map(p -> p.in(file.toString()))
          .map(text -> text.replace(name, "").strip())
          .toList();
    }
  }

  @Test
  void aBillionLaughsStopEarly() {
    StringBuilder text = new StringBuilder("x-0: &a0 [ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 ]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      text.append("x-%d: &a%d [ ".formatted(i, i));
      text.append(String.join(" , ", Collections.nCopies(10, alias))).append(" ]\n");
    }

    assertThat(Yaml.problems(text.toString()))
        .containsExactly("tasks.yaml:6:12: expected at most 200000 values, aliases counted by use");
  }

  @Test
  void deepNestingStopsEarly() {
    assertThat(Yaml.problems("a: " + "[".repeat(100_000)))
        .containsExactly("tasks.yaml:1:67: expected at most 64 levels");
    StringBuilder chain = new StringBuilder("x-0: &a0 [ 1 ]\n");
    for (int i = 1; i < 5_000; i++) {
      chain.append("x-%d: &a%d [ *a%d ]\n".formatted(i, i, i - 1));
    }
    assertThat(Yaml.problems(chain.toString()))
        .containsExactly("tasks.yaml:63:14: expected at most 64 levels");
  }

  @Test
  void hugeFilesAreRefusedAndLargeOnesRead() {
    assertThat(Yaml.problems("#".repeat(YamlParser.MAX_LENGTH + 1)))
        .containsExactly("tasks.yaml: expected at most 1048576 characters, found 1048577");
    String queues =
        Stream.iterate(1, n -> n + 1)
            .limit(5_000)
            .map(n -> "    q" + n + ": { concurrency: 5, timeout: 1m }\n")
            .collect(Collectors.joining());

    assertThat(Yaml.parse("tasks:\n  queues:\n" + queues).queues()).hasSize(5_000);
  }
}
