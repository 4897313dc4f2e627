package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.testkit.EventLog;
import io.clusterdb.tasks.testkit.TasksTest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs are ordinary records: kcat, which knows nothing of Tasks, shows them and makes them. */
@TasksTest
class KcatIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LINES = "lines";

  private record Line(String text) {}

  @BeforeAll
  static void kcatIsInstalled() {
    String path = System.getenv().getOrDefault("PATH", "");
    boolean installed =
        Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(directory -> new File(directory, "kcat").canExecute());
    assumeTrue(installed, "kcat is not installed: apt-get install kcat");
  }

  @Test
  void jobsAreReadable(Tasks tasks, TasksConfig config) throws Exception {
    createQueue(tasks);
    JobId job =
        tasks
            .queues()
            .enqueue(
                Job.of("Print", new Line("grüße"))
                    .id("job-1")
                    .queue(LINES)
                    .metadata("source", "api")
                    .build());
    String shown = kcat(config, "", "-C", "-e", "-q", "-t", topic(config), "-f", "%k|%h|%s\\n");
    assertThat(shown.strip().lines()).hasSize(1);
    String[] parts = shown.strip().split("\\|", 3);
    assertThat(parts[0]).isEqualTo("job-1");
    assertThat(parts[1].split(","))
        .contains(
            "job-layout=1",
            "job-id=job-1",
            "job-run=" + job.run(),
            "job-type=Print",
            "job-meta-source=api");
    assertThat(parts[2]).isEqualTo("{\"text\":\"grüße\"}");
  }

  @Test
  void jobsThatKcatMadeRun(Tasks tasks, TasksConfig config, EventLog events) throws Exception {
    createQueue(tasks);
    kcat(config, "{\"text\":\"bare\"}\n", "-P", "-t", topic(config), "-p", "0");
    kcat(
        config,
        "{\"text\":\"with headers\"}\n",
        "-P",
        "-t",
        topic(config),
        "-p",
        "0",
        "-k",
        "some key",
        "-H",
        "job-id=made-by-kcat",
        "-H",
        "job-type=Print",
        "-H",
        "job-meta-source=kcat");
    String bare = topic(config) + "-0-0"; // without headers a job is named by its place
    Map<String, String> ran = new ConcurrentHashMap<>();
    try (Processor processor =
        Processor.on(tasks)
            .queue(LINES)
            .action(
                "Echo",
                Line.class,
                (line, context) -> ran.put(context.job().id(), "Echo " + line.text()))
            .action(
                "Print",
                Line.class,
                (line, context) ->
                    ran.put(context.job().id(), "Print " + line.text() + context.job().metadata()))
            .start()) {
      events.awaitEndedIds(List.of(bare, "made-by-kcat"), PATIENCE);
      assertThat(processor.running()).isTrue();
    }
    assertThat(ran)
        .containsOnly(
            Map.entry(bare, "Echo bare"),
            Map.entry("made-by-kcat", "Print with headers{source=kcat}"));
    assertThat(events.ended(JobState.SUCCEEDED)).containsExactlyInAnyOrderElementsOf(ran.keySet());
    assertThat(events.breaches()).isEmpty();
  }

  private static void createQueue(Tasks tasks) {
    tasks.queues().createQueue(Queue.named(LINES).partitions(1).defaultType("Echo").build());
  }

  private static String topic(TasksConfig config) {
    return config.prefix() + "." + LINES;
  }

  /** Runs kcat with this input; gives what it printed, or fails with what it complained of. */
  private static String kcat(TasksConfig config, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", config.bootstrap()));
    command.addAll(List.of(arguments));
    File errors = File.createTempFile("kcat", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended && process.exitValue() == 0)
          .as("%s: %s", String.join(" ", command), errors)
          .isTrue();
      return output;
    } finally {
      errors.delete();
    }
  }
}
