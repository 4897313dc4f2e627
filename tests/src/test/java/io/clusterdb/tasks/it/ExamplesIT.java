package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.examples.Alerts;
import io.clusterdb.tasks.examples.CronSchedule;
import io.clusterdb.tasks.examples.CustomMiddleware;
import io.clusterdb.tasks.examples.DelayedJobs;
import io.clusterdb.tasks.examples.EnqueueInTransaction;
import io.clusterdb.tasks.examples.ExclusiveSchedule;
import io.clusterdb.tasks.examples.ExecuteTask;
import io.clusterdb.tasks.examples.IntervalWithJitter;
import io.clusterdb.tasks.examples.KeyOrdering;
import io.clusterdb.tasks.examples.Priorities;
import io.clusterdb.tasks.examples.QueueBasics;
import io.clusterdb.tasks.examples.RateLimits;
import io.clusterdb.tasks.examples.RetriesAndDeadLetters;
import io.clusterdb.tasks.examples.SpringApplication;
import io.clusterdb.tasks.examples.UniqueJobs;
import io.clusterdb.tasks.examples.WorkflowBasics;
import io.clusterdb.tasks.examples.WorkflowCompensation;
import io.clusterdb.tasks.examples.WorkflowFanOut;
import io.clusterdb.tasks.examples.WorkflowRetries;
import io.clusterdb.tasks.examples.WorkflowSignals;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs examples as users do, each in a process of its own, on one platform. */
class ExamplesIT {
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

  @ParameterizedTest
  @ValueSource(
      classes = {
        Alerts.class,
        CronSchedule.class,
        CustomMiddleware.class,
        DelayedJobs.class,
        EnqueueInTransaction.class,
        ExclusiveSchedule.class,
        ExecuteTask.class,
        IntervalWithJitter.class,
        KeyOrdering.class,
        Priorities.class,
        QueueBasics.class,
        RateLimits.class,
        RetriesAndDeadLetters.class,
        SpringApplication.class,
        UniqueJobs.class,
        WorkflowBasics.class,
        WorkflowCompensation.class,
        WorkflowFanOut.class,
        WorkflowRetries.class,
        WorkflowSignals.class
      })
  @Execution(ExecutionMode.CONCURRENT)
  void showsWhatItPromises(Class<?> example) throws IOException, InterruptedException {
    File output = folder.resolve(example.getSimpleName()).toFile();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                example.getName())
            .redirectErrorStream(true)
            .redirectOutput(output);
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
