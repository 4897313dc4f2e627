package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.worker.handler.ExecHandler;
import io.clusterdb.tasks.worker.handler.ExecOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does what the comments of examples/workflows say, on one platform: after {@code $} a command,
 * after {@code >} what it prints, after {@code !} what it says when it fails.
 */
class WorkflowExamplesIT {
  private static final Path FOLDER = Path.of("..", "examples", "workflows");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static EmbeddedPlatform platform;
  private static Tasks tasks;
  private static Processor processor;

  @BeforeAll
  static void start() {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the steps need bash");
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    tasks = Tasks.connect(platform.bootstrap());
    tasks.queues().createQueue(Queue.named("default").build());
    Processor.Builder worker = Processor.on(tasks).queue("default");
    ExecHandler step =
        ExecHandler.command(FOLDER.resolve("step.sh").toString(), ExecOptions.DEFAULT);
    for (String type : List.of("Echo", "Fail", "Flaky", "Slow")) {
      worker.handler(type, Payload.class, step);
    }
    processor = worker.start();
  }

  @AfterAll
  static void stop() {
    if (platform == null) {
      return;
    }
    try {
      assertThat(Replays.everyRun(tasks)).isGreaterThan(12);
    } finally {
      processor.close();
      tasks.close();
      platform.close();
    }
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  /** A command and what is to come of it. */
  private record Step(String command, List<String> results, List<String> errors) {}

  @ParameterizedTest
  @MethodSource("files")
  void doesWhatItsCommentsSay(Path file) throws IOException {
    Shell applied = Shell.run(List.of("apply", "-f", file.toString()));
    assertThat(applied.code()).as(applied.toString()).isZero();
    List<Step> steps = steps(file);
    assertThat(steps).isNotEmpty();
    steps.forEach(WorkflowExamplesIT::check);
  }

  private static List<Step> steps(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("# $ tasks ")) {
        steps.add(new Step(line.substring(10), new ArrayList<>(), new ArrayList<>()));
      } else if (line.startsWith("# > ")) {
        steps.getLast().results().add(line.substring(4));
      } else if (line.startsWith("# ! ")) {
        steps.getLast().errors().add(line.substring(4));
      }
    }
    return steps;
  }

  /** What only looks is tried until it fits, since what is looked at may be under way. */
  private static void check(Step step) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(step.command());
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    if (List.of("status", "logs", "list").contains(words.get(1))) {
      await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> once(step, words));
    } else {
      once(step, words);
    }
  }

  private static void once(Step step, List<String> words) {
    Shell shell = Shell.run(words);
    assertThat(shell.code()).as(shell.toString()).isEqualTo(step.errors().isEmpty() ? 0 : 1);
    step.results().forEach(text -> assertThat(shell.out()).contains(text));
    step.errors().forEach(text -> assertThat(shell.err()).contains(text));
  }

  /** What a command said, with one space between columns. */
  private record Shell(int code, String out, String err) {
    static Shell run(List<String> words) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          Cli.run(
              InputStream.nullInputStream(),
              out,
              new PrintStream(err, true, UTF_8),
              Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
              words.toArray(new String[0]));
      return new Shell(code, spaced(out), spaced(err));
    }

    private static String spaced(ByteArrayOutputStream bytes) {
      return bytes.toString(UTF_8).replaceAll(" +", " ");
    }
  }
}
