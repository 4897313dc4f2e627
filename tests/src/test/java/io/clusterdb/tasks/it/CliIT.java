package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.cli.Main;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a real broker, as a person types it. */
class CliIT {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** What a command said. */
  record Run(int code, String out, String err) {
    List<JsonNode> json() throws IOException {
      List<JsonNode> documents = new ArrayList<>();
      for (String line : out.lines().toList()) {
        documents.add(Json.mapper().readTree(line));
      }
      return documents;
    }
  }

  @Test
  void digestsFilesWhateverTheirNames(@TempDir Path folder) throws Exception {
    shell(
        folder,
        """
        mkdir files 'files/sub folder'
        cd files
        printf 1 > 'a b  c'
        printf 2 > "it's \\"quoted\\""
        printf 3 > '$(touch pwned) `touch pwned` $HOME'
        printf 4 > -rf
        printf 5 > 'příliš žluťoučký kůň – 日本語 🙂'
        printf 6 > 'back\\nslash\\'
        printf 7 > 'sub folder/*?[x]{}'
        printf 8 > '; exit 1 # & | < >'
        printf 9 > ' leading and trailing '
        find . -type f | sort > ../names
        while IFS= read -r name; do sha256sum "$name"; done < ../names > ../expected
        """);
    assertThat(tasks("queue", "create", "files").code()).isZero();
    Run enqueued =
        run(
            Files.readAllBytes(folder.resolve("names")),
            "enqueue",
            "files",
            "--type",
            "sha256",
            "--from",
            "-",
            "--lines",
            "--output",
            "json");
    assertThat(enqueued.code()).as(enqueued.err()).isZero();
    assertThat(enqueued.json().getFirst().path("enqueued").asInt()).isEqualTo(9);

    worker(folder.resolve("files"), "files", "sha256=sha256sum {}");

    Run events = tasks("events", "--queue", "files", "--from-beginning", "--output", "json");
    List<String> results =
        events.json().stream()
            .filter(CliIT::hasEnded)
            .peek(event -> assertThat(event.path("state").asText()).isEqualTo("SUCCEEDED"))
            .map(event -> event.path("result").asText())
            .sorted()
            .toList();
    assertThat(results)
        .isEqualTo(Files.readAllLines(folder.resolve("expected")).stream().sorted().toList());
    assertThat(folder.resolve("files/pwned")).doesNotExist();
  }

  @Test
  void takesNamesThatLookLikeOptions(@TempDir Path folder) throws Exception {
    shell(folder, "mkdir files; cd files; printf 4 > -rf; printf 5 > --help; ls > ../names");
    assertThat(tasks("queue", "create", "options").code()).isZero();
    Run enqueued =
        run(
            Files.readAllBytes(folder.resolve("names")),
            "enqueue",
            "options",
            "--type",
            "size",
            "--from",
            "-",
            "--lines");
    assertThat(enqueued.code()).as(enqueued.err()).isZero();

    worker(folder.resolve("files"), "options", "size=wc -c -- {}");

    Run events = tasks("events", "--queue", "options", "--output", "json");
    assertThat(events.json().stream().filter(CliIT::hasEnded))
        .extracting(event -> event.path("result").asText())
        .containsExactlyInAnyOrder("1 -rf", "1 --help");
  }

  @Test
  void saysWhatIsWrongByItsExitCode() {
    assertThat(tasks("enqueue", "nowhere", "--type", "t").code()).isEqualTo(3);
    assertThat(tasks("dlq", "list", "nowhere").code()).isEqualTo(3);
    assertThat(tasks("worker", "--queue", "nowhere", "--exec", "t=true").code()).isEqualTo(3);
    assertThat(tasks("enqueue", "--type", "t").code()).isEqualTo(2);
    assertThat(tasks("worker", "--queue", "files").code()).isEqualTo(2);
    assertThat(tasks("worker", "--queue", "files", "--exec", "nonsense").code()).isEqualTo(2);

    Run unreachable = tasks("queue", "list", "--bootstrap", "127.0.0.1:1");
    assertThat(unreachable.code()).isEqualTo(4);
    assertThat(unreachable.err()).startsWith("tasks: Unreachable: ").contains("127.0.0.1:1");
    assertThat(unreachable.out()).isEmpty();
  }

  @Test
  void appliesAFileAndShowsTheDifferenceBefore(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("tasks.yaml"),
            """
            tasks:
              queues:
                applied: { concurrency: 4, retry_policy: { max_attempts: 1 } }
              types: { mail: { queue: applied } }
            """);
    Run dry = tasks("apply", "-f", file.toString(), "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("+ queue applied", "+ type mail", "2 to create");
    assertThat(tasks("queue", "list").out()).doesNotContain("applied");

    assertThat(tasks("apply", "-f", file.toString()).code()).isZero();
    assertThat(tasks("queue", "list").out()).contains("applied");
    Run again = tasks("apply", "-f", file.toString(), "--output", "json");
    assertThat(again.json().getFirst().path("steps"))
        .extracting(step -> step.path("action").asText())
        .containsExactly("unchanged", "unchanged");

    Files.writeString(file, "tasks: { queues: { applied: { concurency: 4 } } }");
    Run wrong = tasks("apply", "-f", file.toString());
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("concurency").contains("concurrency");
  }

  @Test
  void showsAndReplaysDeadLetters(@TempDir Path folder) throws Exception {
    assertThat(tasks("queue", "create", "mails", "--max-attempts", "1").code()).isZero();
    for (String id : List.of("m-1", "m-2")) {
      tasks("enqueue", "mails", "--type", "mail", "--id", id, "--payload", "{\"n\": 1.10}");
    }
    worker(folder, "mails", "mail=false");

    Run list = tasks("dlq", "list", "mails", "--output", "json");
    assertThat(list.json())
        .extracting(job -> job.path("id").asText())
        .containsExactlyInAnyOrder("m-1", "m-2");
    Run shown = tasks("dlq", "show", "mails", "--id", "m-1", "--output", "json");
    assertThat(shown.out()).contains("\"payload\":{\"n\":1.10}", "ExecError");
    assertThat(tasks("dlq", "show", "mails", "--id", "m-9").code()).isEqualTo(3);

    assertThat(tasks("dlq", "replay", "mails").code()).isEqualTo(2);
    Run dry = tasks("dlq", "replay", "mails", "--all", "--dry-run");
    assertThat(dry.err()).contains("2 dead letters would be replayed");
    Run one = tasks("dlq", "replay", "mails", "--id", "m-1", "--id", "m-9");
    assertThat(one.code()).isEqualTo(3);
    assertThat(one.out()).isEqualTo("m-1 to mails\n");

    worker(folder, "mails", "mail=cat");
    assertThat(states("m-1")).containsExactly("DEAD", "SUCCEEDED");
    assertThat(tasks("dlq", "list", "mails", "--output", "json").json()).hasSize(1);
  }

  @Test
  void drainingEndsAtJobsThatNobodyHereCanRun(@TempDir Path folder) throws Exception {
    assertThat(tasks("queue", "create", "mixed").code()).isZero();
    for (String type : List.of("known", "strange", "known", "strange")) {
      tasks("enqueue", "mixed", "--type", type);
    }
    long start = System.nanoTime();
    try (Worker worker = new Worker(folder, "mixed", List.of("known=true"), "--drain")) {
      assertThat(worker.await()).as(worker.errors()).isEqualTo(1);
      assertThat(worker.errors())
          .contains("2 attempts succeeded", "stay in the queue: 2 of type strange");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    worker(folder, "mixed", "strange=true");
    Run events = tasks("events", "--queue", "mixed", "--output", "json");
    assertThat(events.json().stream().filter(CliIT::hasEnded))
        .extracting(event -> event.path("attempt").asInt())
        .containsExactly(1, 1, 1, 1);
  }

  @Test
  void waitsForTheOutcome(@TempDir Path folder) throws Exception {
    assertThat(tasks("queue", "create", "waited", "--max-attempts", "1").code()).isZero();
    try (Worker worker = new Worker(folder, "waited", List.of("rev=rev", "no=false"))) {
      Run good = tasks("enqueue", "waited", "--type", "rev", "--payload", "12", "--wait");
      assertThat(good.code()).as(good.err() + worker.errors()).isZero();
      assertThat(good.out()).isEqualTo("21\n");
      Run bad = tasks("enqueue", "waited", "--type", "no", "--wait", "--output", "json");
      assertThat(bad.code()).isEqualTo(1);
      assertThat(bad.json().getFirst().path("state").asText()).isEqualTo("DEAD");
      Run late =
          tasks(
              "enqueue",
              "waited",
              "--type",
              "none",
              "--id",
              "late",
              "--wait",
              "--wait-timeout",
              "100ms");
      assertThat(late.code()).isEqualTo(1);
      assertThat(late.err()).contains("late", "100ms");
      assertThat(worker.stop()).isZero();
      assertThat(worker.errors()).contains("1 attempts succeeded, 1 failed (ExecError 1)");
    }
  }

  @Test
  void followsEventsAsTheyCome(@TempDir Path folder) throws Exception {
    assertThat(tasks("queue", "create", "followed").code()).isZero();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Thread follower =
        Thread.ofPlatform()
            .start(
                () ->
                    Cli.run(
                        new ByteArrayInputStream(new byte[0]),
                        out,
                        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                        Map.of("TASKS_BOOTSTRAP", broker.bootstrap()),
                        "events",
                        "--queue",
                        "followed",
                        "--follow",
                        "--from-beginning"));
    try {
      tasks("enqueue", "followed", "--type", "t", "--id", "f-1");
      worker(folder, "followed", "t=true");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> out.toString(UTF_8).contains("SUCCEEDED  followed  t  f-1  attempt 1"));
    } finally {
      follower.interrupt();
      follower.join();
    }
  }

  private static List<String> states(String job) throws IOException {
    return tasks("events", "--job", job, "--output", "json").json().stream()
        .filter(CliIT::hasEnded)
        .map(event -> event.path("state").asText())
        .toList();
  }

  /** Jobs that take long on a slow machine announce themselves RUNNING first. */
  private static boolean hasEnded(JsonNode event) {
    return JobState.valueOf(event.path("state").asText()).terminal();
  }

  private static Run tasks(String... arguments) {
    return run(new byte[0], arguments);
  }

  private static Run run(byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            new ByteArrayInputStream(input),
            out,
            new PrintStream(err, true, UTF_8),
            Map.of("TASKS_BOOTSTRAP", broker.bootstrap()),
            arguments);
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Runs a worker in this folder until the queue is empty. */
  private static void worker(Path folder, String queue, String... handlers) throws Exception {
    try (Worker worker = new Worker(folder, queue, List.of(handlers), "--drain")) {
      assertThat(worker.await()).as(worker.errors()).isZero();
    }
  }

  /** A worker in a process of its own, in the locale that the launcher chooses. */
  private static final class Worker implements AutoCloseable {
    private final Process process;
    private final Path errors;

    Worker(Path folder, String queue, List<String> handlers, String... options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
      command.addAll(ClassArchive.options());
      command.addAll(List.of(Main.class.getName(), "worker", "--queue", queue));
      handlers.forEach(handler -> command.addAll(List.of("--exec", handler)));
      command.addAll(List.of(options));
      errors = Files.createTempFile("tasks-it-", ".err");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(folder.toFile()).redirectError(errors.toFile());
      Map<String, String> environment = new TreeMap<>(Map.of("LC_ALL", "C.UTF-8"));
      environment.put("TASKS_BOOTSTRAP", broker.bootstrap());
      builder.environment().putAll(environment);
      process = builder.start();
    }

    int await() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the worker ended").isTrue();
      return process.exitValue();
    }

    int stop() throws InterruptedException {
      process.destroy();
      return await();
    }

    String errors() throws IOException {
      return Files.readString(errors);
    }

    @Override
    public void close() throws Exception {
      process.destroyForcibly().waitFor();
      Files.deleteIfExists(errors);
    }
  }

  private static void shell(Path folder, String script) throws Exception {
    Process bash =
        new ProcessBuilder("bash", "-eu")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    bash.getOutputStream().write(script.getBytes(UTF_8));
    bash.getOutputStream().close();
    assertThat(bash.waitFor()).isZero();
  }
}
