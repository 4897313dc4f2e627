package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.testkit.EventLog;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workers of examples/workers, which know nothing but the HTTP API, on a whole platform. */
class LeaseWorkersIT {
  private static final Path WORKERS = Path.of("..", "examples", "workers");
  private static final long PATIENCE_SECONDS = 60;
  private static EmbeddedPlatform platform;

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void aWorkerInPythonRunsJobs() throws Exception {
    assumeInstalled("python3");
    try (Tasks tasks = connect()) {
      tasks.queues().createQueue(Queue.named("reports").partitions(2).build());
      enqueue(tasks, "reports", "WordCount", "good", Map.of("text", "one two three"));
      enqueue(tasks, "reports", "WordCount", "bad", 7);
      enqueue(tasks, "reports", "Unheard", "unknown", 7);
      String said =
          run("reports", "python3", WORKERS.resolve("worker.py").toString(), "reports", "--drain");
      assertThat(said.lines()).contains("good SUCCEEDED", "bad DEAD", "unknown DEAD");
    }
    try (EventLog events = events()) {
      assertThat(last(events, "good").getResult()).isEqualTo("{\"words\":3,\"attempt\":1}");
      assertThat(last(events, "bad").getError().getType()).isEqualTo("ValueError");
      assertThat(last(events, "unknown").getError().getType()).isEqualTo("LookupError");
      assertThat(events.breaches()).isEmpty();
    }
  }

  @Test
  void aWorkerInShellRunsJobs() throws Exception {
    assumeInstalled("bash", "curl", "jq", "base64");
    try (Tasks tasks = connect()) {
      tasks.queues().createQueue(Queue.named("texts").partitions(2).build());
      enqueue(tasks, "texts", "Upper", "small", "some text");
      enqueue(
          tasks,
          "texts",
          "Upper",
          "bytes",
          Payload.of("more".getBytes(StandardCharsets.UTF_8), "text/plain"));
      String said =
          run(
              "texts",
              "bash",
              WORKERS.resolve("worker.sh").toString(),
              "texts",
              "tr",
              "a-z",
              "A-Z");
      assertThat(said.lines()).contains("small SUCCEEDED", "bytes SUCCEEDED");
    }
    try (EventLog events = events()) {
      assertThat(last(events, "small").getResult()).isEqualTo("\"\\\"SOME TEXT\\\"\"");
      assertThat(last(events, "bytes").getResult()).isEqualTo("\"MORE\"");
      assertThat(events.breaches()).isEmpty();
    }
  }

  private static void enqueue(Tasks tasks, String queue, String type, String id, Object payload) {
    tasks.queues().enqueue(Job.of(type, payload).id(id).queue(queue).build());
  }

  private static Tasks connect() {
    return Tasks.connect(TasksConfig.of(platform.bootstrap()));
  }

  private static JobEvent last(EventLog events, String id) {
    return events.all().stream()
        .filter(event -> event.getJobId().equals(id))
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  private static EventLog events() {
    return EventLog.of(
        TasksConfig.of(platform.bootstrap()).registryUrl(platform.registry().toString()));
  }

  private static String run(String name, String... command)
      throws IOException, InterruptedException {
    File output = folder.resolve(name).toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().put("TASKS_API", platform.api().toString());
    builder.environment().put("DRAIN", "1");
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      String said = Files.readString(output.toPath());
      assertThat(ended ? process.exitValue() : -1).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static void assumeInstalled(String... programs) {
    List<String> path = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    for (String program : programs) {
      assumeTrue(
          path.stream().anyMatch(directory -> new File(directory, program).canExecute()),
          program + " is not installed");
    }
  }
}
