package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batches on a whole platform: counted, and followed by one job. */
class BatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static EmbeddedPlatform platform;

  private final ConcurrentLinkedQueue<String> reports = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    platform.tasks().queues().createQueue(Queue.named("parts").partitions(3).build());
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void theJobAfterABatchRunsOnceWhenAllHaveEnded() {
    try (Tasks tasks = Tasks.connect(TasksConfig.of(platform.bootstrap()));
        Processor worker = worker(tasks)) {
      List<Job> jobs =
          IntStream.range(0, 60).mapToObj(i -> Job.of("Part", i).queue("parts").build()).toList();
      tasks
          .queues()
          .enqueueBatch("import-7", jobs, Job.of("Report", "import-7").queue("parts").build());
      BatchStatus done = tasks.queues().awaitBatch("import-7", PATIENCE);
      assertThat(done.complete()).isTrue();
      assertThat(done.total()).isEqualTo(60);
      assertThat(done.done()).isEqualTo(60);
      assertThat(done.count(JobState.DEAD)).isEqualTo(6);
      assertThat(done.count(JobState.SUCCEEDED)).isEqualTo(54);
      await().atMost(PATIENCE).until(() -> reports.contains("import-7"));
      assertThat(reports).containsOnlyOnce("import-7");
      assertThat(worker.running()).isTrue();
      assertThatThrownBy(() -> tasks.queues().batch("never-was"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND));
    }
  }

  @Test
  void thePromptMakesABatchOfLines() {
    try (Tasks tasks = Tasks.connect(TasksConfig.of(platform.bootstrap()));
        Processor worker = worker(tasks)) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      assertThat(
              cli(
                  said,
                  "enqueue parts --type Part --from - --batch lines --then parts:Report"
                      + " --then-payload \"lines\""))
          .isZero();
      said.reset();
      assertThat(cli(said, "batch status lines --wait 60s")).isZero();
      assertThat(said.toString(StandardCharsets.UTF_8).strip())
          .isEqualTo("3 of 3 ended, complete: 3 SUCCEEDED");
      said.reset();
      assertThat(cli(said, "batch status lines --output json")).isZero();
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("\"complete\":true");
      assertThat(cli(said, "batch status never-was")).isEqualTo(3);
      await().atMost(PATIENCE).until(() -> reports.contains("lines"));
      assertThat(worker.running()).isTrue();
    }
  }

  private static int cli(ByteArrayOutputStream said, String line) {
    return Cli.run(
        new ByteArrayInputStream("1\n2\n3\n".getBytes(StandardCharsets.UTF_8)),
        said,
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
        line.split(" "));
  }

  private Processor worker(Tasks tasks) {
    return Processor.on(tasks)
        .queue("parts")
        .handler(
            "Part",
            Integer.class,
            (number, context) -> {
              if (number % 10 == 0) {
                throw new PermanentFailure("on purpose");
              }
              return number;
            })
        .handler("Report", String.class, (text, context) -> reports.add(text))
        .start();
  }
}
