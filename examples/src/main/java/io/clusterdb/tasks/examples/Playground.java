package io.clusterdb.tasks.examples;

import io.clusterdb.tasks.embedded.EmbeddedPlatform;
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

  private final @Nullable EmbeddedPlatform platform;
  private final String bootstrap;

  private Playground(@Nullable EmbeddedPlatform platform, String bootstrap) {
    this.platform = platform;
    this.bootstrap = bootstrap;
  }

  /** Finds or starts a platform. */
  static Playground open() {
    String known = System.getenv("TASKS_BOOTSTRAP");
    if (known != null && !known.isBlank()) {
      return new Playground(null, known);
    }
    EmbeddedPlatform own =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    return new Playground(own, own.bootstrap());
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
    if (platform != null) {
      platform.close();
    }
  }
}
