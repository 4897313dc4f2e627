package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
  private final FakePlatform platform = new FakePlatform(TasksConfig.of("unused:1"));
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private TasksConfig connected = TasksConfig.of("unused:1");
  private String input = "";
  private Connector connector =
      (config, metrics) -> {
        connected = config;
        return platform;
      };

  @Test
  void showsItsCommandsWithoutArguments() {
    assertThat(tasks()).isEqualTo(ExitCodes.DONE);
    assertThat(out()).contains("Commands:").contains("enqueue").contains("queue");
    assertThat(err()).isEmpty();
  }

  @Test
  void everyCommandHasHelpWithTheOptionsOfAll() {
    new Cli(terminal(out), environment, connector, new StopSignal())
        .commandLine()
        .getSubcommands()
        .keySet()
        .forEach(
            command -> {
              out.reset();
              assertThat(tasks(command, "--help")).as(command).isEqualTo(ExitCodes.DONE);
              assertThat(out()).contains("Usage: tasks " + command);
              if (!command.equals("help")) {
                assertThat(out()).contains("Options of every command:", "--bootstrap", "--output");
              }
            });
  }

  @Test
  void refusesWrongUsageInOneLineWithAHint() {
    assertThat(tasks("enqueue", "q", "--type", "t", "--delay", "5x")).isEqualTo(ExitCodes.USAGE);
    assertThat(err())
        .isEqualTo(
            """
            tasks enqueue: Invalid value for option '--delay': expected a duration such as 500ms, \
            30s, 5m, 1h or 30d, found "5x"
            Try 'tasks enqueue --help'.
            """);
    assertThat(out()).isEmpty();
  }

  @Test
  void sizesAPlatformWithoutAsking() {
    connector =
        (config, metrics) -> {
          throw new AssertionError("nobody is to be asked");
        };
    assertThat(tasks("sizing", "--rate", "700", "--handler", "1s", "--attempts", "1"))
        .isEqualTo(ExitCodes.DONE);
    assertThat(out()).contains("workers", "20", "concurrency 50 in each");

    assertThat(tasks("sizing", "--rate", "0", "--handler", "1s")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("expected jobs a second above 0");
  }

  @Test
  void completesItselfInAShell() {
    assertThat(tasks("completion")).isEqualTo(ExitCodes.DONE);
    assertThat(out()).startsWith("#!").contains("queue", "--bootstrap", "complete ");
  }

  @Test
  void refusesOptionsThatDoNotFitTogether() {
    for (String[] arguments :
        new String[][] {
          {"enqueue", "q"},
          {"enqueue", "--type", "t"},
          {"enqueue", "q", "--type", "t", "--lines"},
          {"enqueue", "q", "--type", "t", "--payload", "1", "--from", "-"},
          {"enqueue", "q", "--type", "t", "--id", "x", "--from", "-"},
          {"enqueue", "q", "--type", "t", "--delay", "1s", "--at", "2030-01-01T00:00:00Z"},
          {"enqueue", "q", "--type", "t", "--delay", "1s", "--wait"},
          {"enqueue", "q", "--type", "t", "--wait-timeout", "1s"},
          {"enqueue", "q", "--type", "t", "--wait", "--wait-timeout", "0s"},
          {"enqueue", "q", "--type", "t", "--at", "tomorrow"},
          {"enqueue", "q", "--type", "t", "--unique-window", "5m"},
          {"enqueue", "q", "--type", "t", "--payload", "{'no': 1}"},
          {"enqueue", "Q!", "--type", "t"},
          {"enqueue", "q", "--type", "t", "--priority", "urgent"},
          {"enqueue", "q", "--type", "t", "--from", "/no/such/file"},
          {"queue"},
          {"queue", "create"},
          {"queue", "create", "delayed"},
          {"queue", "create", "q", "--rate-burst", "5"},
          {"queue", "create", "q", "--backoff", "wild"},
          {"queue", "create", "q", "--ordering", "key", "--priorities", "high,low"},
          {"queue", "list", "--output", "xml"},
          {"queue", "list", "--prefix", "//"},
          {"queue", "list", "--kafka-config", "/no/such/file"},
          {"nonsense"},
          {"--nonsense"}
        }) {
      err.reset();
      assertThat(tasks(arguments)).as(String.join(" ", arguments)).isEqualTo(ExitCodes.USAGE);
      assertThat(err()).doesNotContain("Exception");
    }
    assertThat(platform.queues.jobs).isEmpty();
  }

  @Test
  void aRetryTellsTheNewRun() {
    assertThat(tasks("job", "retry", "job-1", "--output", "json")).isZero();
    assertThat(out()).isEqualTo("{\"id\":\"job-1\",\"run\":\"run-9\"}\n");
    assertThat(tasks("job", "retry", "job-2")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void enqueuesAJobWithAllThatTheOptionsSay() {
    platform.queues.createQueue(Queue.named("default").build());
    int code =
        tasks(
            "enqueue",
            "default",
            "--type",
            "greet",
            "--payload",
            "{\"n\": 1.10}",
            "--id",
            "job-7",
            "--key",
            "-k",
            "--priority",
            "high",
            "--at",
            "2030-01-01T02:00:00+02:00",
            "--timeout",
            "1m30s",
            "--meta",
            "source=a=b",
            "--meta",
            "x=");
    assertThat(code).as(err()).isEqualTo(ExitCodes.DONE);
    assertThat(out()).isEqualTo("job-7\n");
    Job job = platform.queues.jobs.getFirst();
    assertThat(job.type()).isEqualTo("greet");
    assertThat(payload(job)).isEqualTo("{\"n\": 1.10}");
    assertThat(job.key()).isEqualTo("-k");
    assertThat(job.priority()).isEqualTo(Priority.HIGH);
    assertThat(job.schedule()).isEqualTo(Schedule.at(Instant.parse("2030-01-01T00:00:00Z")));
    assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(job.metadata()).isEqualTo(Map.of("source", "a=b", "x", ""));
  }

  @Test
  void pausesAndResumesAQueue() {
    platform.queues.createQueue(Queue.named("mail").build());
    assertThat(tasks("queue", "pause", "mail")).isEqualTo(ExitCodes.DONE);
    assertThat(platform.queues.paused).containsExactly("mail");
    assertThat(tasks("queue", "resume", "mail")).isEqualTo(ExitCodes.DONE);
    assertThat(platform.queues.paused).isEmpty();
    assertThat(out()).contains("queue mail is paused").contains("queue mail is no longer paused");
    assertThat(tasks("queue", "pause", "none")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void deletesAQueueOnlyWhenThatIsConfirmed() {
    platform.queues.createQueue(Queue.named("mail").build());
    assertThat(tasks("queue", "delete", "mail")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("confirm it with --yes");
    assertThat(platform.queues.known).containsKey("mail");
    assertThat(tasks("queue", "delete", "mail", "--yes")).isEqualTo(ExitCodes.DONE);
    assertThat(platform.queues.known).isEmpty();
    assertThat(tasks("queue", "delete", "mail", "--yes")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void printsAJobAsJson() throws IOException {
    platform.queues.createQueue(Queue.named("default").build());
    assertThat(tasks("--output", "json", "enqueue", "default", "--type", "greet")).isZero();
    assertThat(Json.mapper().readTree(out.toByteArray()))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    "{\"id\":\"job-1\",\"run\":\"run-1\",\"queue\":\"default\",\"type\":\"greet\"}"));
  }

  @Test
  void enqueuesLinesOfStandardInputAsTheyAre() {
    platform.queues.createQueue(Queue.named("files").build());
    input = "a b\n\n$(rm)";
    assertThat(tasks("enqueue", "files", "--type", "t", "--from", "-", "--lines")).isZero();
    assertThat(platform.queues.jobs)
        .extracting(CliTest::payload)
        .containsExactly("\"a b\"", "\"\"", "\"$(rm)\"");
    assertThat(out()).startsWith("3 jobs enqueued in ");
  }

  @Test
  void failsAfterAllLinesIfOneWasBad(@TempDir Path folder) throws IOException {
    platform.queues.createQueue(Queue.named("files").build());
    Path file = Files.writeString(folder.resolve("jobs.ndjson"), "1\nx\n3\n");
    int code =
        tasks("enqueue", "files", "--type", "t", "--from", file.toString(), "--output", "json");
    assertThat(code).isEqualTo(ExitCodes.FAILED);
    assertThat(platform.queues.jobs).hasSize(2);
    assertThat(err()).contains("line 2: expected JSON, found x");
    assertThat(out()).contains("\"enqueued\":2,\"failed\":1");
  }

  @Test
  void saysThatAQueueIsMissing() {
    assertThat(tasks("enqueue", "default", "--type", "t")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err()).startsWith("tasks: Queue not found: ").hasLineCount(1);
    assertThat(tasks("enqueue", "default", "--type", "t", "--from", "-"))
        .isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void saysThatThePlatformIsOutOfReach() {
    connector =
        (config, metrics) -> {
          throw new TasksException(ErrorCode.UNREACHABLE, "no broker answers at x:1.");
        };
    assertThat(tasks("queue", "list")).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(err()).isEqualTo("tasks: Unreachable: no broker answers at x:1.\n");
  }

  @Test
  void printsTheResultOfAJobThatItWaitedFor() throws IOException {
    platform.queues.createQueue(Queue.named("default").build());
    assertThat(tasks("enqueue", "default", "--type", "sum", "--wait")).isZero();
    assertThat(out()).isEqualTo("{\"sum\":1.10}\n");
    out.reset();
    assertThat(tasks("enqueue", "default", "--type", "sum", "--wait", "--output", "json")).isZero();
    assertThat(out())
        .contains("\"state\":\"SUCCEEDED\"", "\"attempt\":1", "\"result\":{\"sum\":1.10}");
  }

  @Test
  void failsIfAJobThatItWaitedForEndsBadly() {
    platform.queues.createQueue(Queue.named("default").build());
    assertThat(tasks("enqueue", "default", "--type", "fail", "--wait")).isEqualTo(ExitCodes.FAILED);
    assertThat(out()).isEmpty();
    assertThat(err()).isEqualTo("job job-1 ended DEAD after 3 attempts: Odd: too odd\n");
  }

  @Test
  void waitsAsLongAsItIsTold() {
    platform.queues.createQueue(Queue.named("default").build());
    assertThat(tasks("enqueue", "default", "--type", "t", "--wait", "--wait-timeout", "7s"))
        .isZero();
    assertThat(tasks("enqueue", "default", "--type", "t", "--wait")).isZero();
    assertThat(platform.tasks.waits).containsExactly(Duration.ofSeconds(7), Duration.ofMinutes(5));
  }

  @Test
  void waitsForEveryLine() {
    platform.queues.createQueue(Queue.named("default").build());
    input = "1\n2\n";
    assertThat(tasks("enqueue", "default", "--type", "sum", "--from", "-", "--wait")).isZero();
    assertThat(out()).isEqualTo("{\"sum\":1.10}\n{\"sum\":1.10}\n");
    assertThat(err()).startsWith("2 jobs ended well in ");
  }

  @Test
  void createsAndListsQueues() throws IOException {
    int code =
        tasks(
            "queue",
            "create",
            "mails",
            "--concurrency",
            "3",
            "--priorities",
            "high,low",
            "--rate-limit",
            "5",
            "--backoff",
            "fixed",
            "--backoff-initial",
            "2s");
    assertThat(code).as(err()).isZero();
    assertThat(tasks("queue", "create", "mails")).isEqualTo(ExitCodes.FAILED);
    out.reset();
    assertThat(tasks("queue", "list")).isZero();
    assertThat(out()).contains("QUEUE", "mails", "open", "mails.dlq", "5.00/s");
    out.reset();
    assertThat(tasks("queue", "list", "--output", "json")).isZero();
    var json = Json.mapper().readTree(out.toByteArray());
    assertThat(json).hasSize(1);
    assertThat(json.get(0).path("name").asText()).isEqualTo("mails");
    assertThat(json.get(0).path("retry").path("backoff").asText()).isEqualTo("fixed");
    assertThat(json.get(0).path("retry").path("initial").asText()).isEqualTo("2s");
    assertThat(json.get(0).path("deadLetterAfterAttempts").asInt()).isEqualTo(3);
    assertThat(json.get(0).path("paused").asBoolean(true)).isFalse();
    assertThat(json.get(0).path("depth").asLong(-1)).isZero();
    assertThat(json.get(0).path("byLane")).hasToString("{\"normal\":0}");
  }

  @Test
  void aListedQueueTellsHowItStands() {
    platform.queues.createQueue(Queue.named("mails").build());
    platform.queues.pause("mails");
    tasks("enqueue", "mails", "--type", "t");
    out.reset();
    assertThat(tasks("queue", "list")).isZero();
    assertThat(out().lines().toList().getLast()).matches("mails +paused +1 +.*");
    assertThat(
            QueueRow.of(
                    Queue.named("q").build(), false, Map.of(Priority.LOW, 2L, Priority.HIGH, 3L))
                .depthText())
        .isEqualTo("5 (high 3, low 2)");
    assertThat(QueueRow.of(Queue.named("q").build(), false, null).depthText())
        .as("where this user may not know")
        .isNull();
  }

  @Test
  void addsPartitions() {
    platform.queues.createQueue(Queue.named("mails").build());
    assertThat(tasks("queue", "add-partitions", "mails", "16")).isZero();
    assertThat(out()).isEqualTo("queue mails has 16 partitions\n");
    assertThat(platform.queues.getQueue("mails").orElseThrow().partitions()).isEqualTo(16);
    assertThat(tasks("queue", "add-partitions", "mails", "0")).isEqualTo(ExitCodes.USAGE);
    assertThat(tasks("queue", "add-partitions", "nowhere", "3")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void prefersOptionsToTheEnvironmentAndThatToTheProperties(@TempDir Path folder)
      throws IOException {
    Path properties =
        Files.writeString(
            folder.resolve("kafka.properties"), "bootstrap.servers=p:1\nsasl.mechanism=PLAIN\n");
    tasks("queue", "list");
    assertThat(connected.bootstrap()).isEqualTo("localhost:9092");
    tasks("queue", "list", "--kafka-config", properties.toString());
    assertThat(connected.bootstrap()).isEqualTo("p:1");
    assertThat(connected.kafkaProperties()).isEqualTo(Map.of("sasl.mechanism", "PLAIN"));
    environment.put("TASKS_BOOTSTRAP", "e:1");
    environment.put("TASKS_PREFIX", "mine");
    environment.put("TASKS_REGISTRY", "http://r:1");
    tasks("queue", "list", "--kafka-config", properties.toString());
    assertThat(connected.bootstrap()).isEqualTo("e:1");
    assertThat(connected.prefix()).isEqualTo("mine");
    assertThat(connected.registryUrl()).isEqualTo("http://r:1");
    tasks("queue", "list", "--bootstrap", "o:1");
    assertThat(connected.bootstrap()).isEqualTo("o:1");
    tasks("--bootstrap", "b:1", "queue", "list");
    assertThat(connected.bootstrap()).isEqualTo("b:1");
  }

  @Test
  void endsQuietlyWhenNobodyReadsOn() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(execute(terminal(closed), "queue", "list")).isEqualTo(ExitCodes.DONE);
    assertThat(execute(terminal(closed), "--help")).isEqualTo(ExitCodes.DONE);
    assertThat(err()).isEmpty();
  }

  @Test
  void failsIfItsResultCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThat(execute(terminal(full), "queue", "list")).isEqualTo(ExitCodes.FAILED);
    assertThat(err()).contains("No space left on device");
  }

  private static String payload(Job job) {
    return job.payload() instanceof Payload payload ? payload.text() : "";
  }

  private int tasks(String... arguments) {
    return execute(terminal(out), arguments);
  }

  private int execute(Terminal terminal, String... arguments) {
    return new Cli(terminal, environment, connector, new StopSignal()).execute(arguments);
  }

  private Terminal terminal(OutputStream results) {
    return new Terminal(
        new ByteArrayInputStream(input.getBytes(UTF_8)),
        results,
        new PrintStream(err, true, UTF_8),
        false);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
