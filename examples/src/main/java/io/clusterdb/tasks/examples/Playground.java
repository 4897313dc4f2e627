package io.clusterdb.tasks.examples;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an example runs: on the platform whose brokers {@code TASKS_BOOTSTRAP} names, else on one
 * of its own in this process, which is gone afterwards.
 */
final class Playground implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final @Nullable EmbeddedPlatform platform;
  private final @Nullable Tasks services;

  private Playground(
      String bootstrap, @Nullable EmbeddedPlatform platform, @Nullable Tasks services) {
    this.bootstrap = bootstrap;
    this.platform = platform;
    this.services = services;
  }

  /** Finds or starts a platform. */
  static Playground open() throws InterruptedException {
    String known = System.getenv("TASKS_BOOTSTRAP");
    if (known != null && !known.isBlank()) {
      return new Playground(known, null, null);
    }
    EmbeddedPlatform platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    Tasks services = Tasks.connect(platform.bootstrap());
    Playground playground = new Playground(platform.bootstrap(), platform, services);
    SchedulerService scheduler =
        SchedulerService.start(
            TasksRuntime.of(services),
            SchedulerSettings.DEFAULT.stateDir(platform.dataDir().resolve("scheduler")));
    if (!scheduler.awaitReady(PATIENCE)) {
      playground.close();
      throw new IllegalStateException("the scheduler does not start: " + scheduler.state());
    }
    return playground;
  }

  /** Addresses of the brokers. */
  String bootstrap() {
    return bootstrap;
  }

  /** A name that no earlier run of an example has used. */
  static String unique(String name) {
    return name + "-" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
  }

  /** Prints a line. */
  static void show(String line) {
    System.out.println(line);
  }

  /** Prints what is true, or ends the example if it is not. */
  static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("this was expected, and did not happen: " + what);
    }
    show("✓ " + what);
  }

  /** Waits for all that a latch counts, and ends the example if that takes a minute. */
  static void await(CountDownLatch latch, String what) throws InterruptedException {
    if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "%s: %d still missing after a minute".formatted(what, latch.getCount()));
    }
  }

  @Override
  public void close() {
    if (services != null) {
      services.close(); // and the scheduler with it
    }
    if (platform != null) {
      platform.close();
    }
  }
}
