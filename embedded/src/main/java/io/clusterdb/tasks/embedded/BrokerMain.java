package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.TasksException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an embedded broker as a process of its own: {@code [--data DIR | --ephemeral] [--port N]}.
 * Prints one line of JSON, {@code {"bootstrap":"127.0.0.1:19092"}}, when it is ready, and stops
 * cleanly on SIGTERM. Benchmarks and fault tests use it.
 */
public final class BrokerMain {
  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

  private BrokerMain() {}

  /** Ends with 1 if the broker cannot start or breaks, with 2 if the arguments are wrong. */
  public static void main(String[] args) {
    try {
      EmbeddedBroker.Builder builder = parse(args).onFailure(BrokerMain::halt);
      CompletableFuture<EmbeddedBroker> starting = new CompletableFuture<>();
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> closeOnceStarted(starting), "broker-shutdown"));
      EmbeddedBroker broker = start(builder, starting);
      System.out.println("{\"bootstrap\":\"%s\"}".formatted(broker.bootstrap()));
      System.out.flush();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    } catch (TasksException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static EmbeddedBroker start(
      EmbeddedBroker.Builder builder, CompletableFuture<EmbeddedBroker> starting) {
    try {
      EmbeddedBroker broker = builder.start();
      starting.complete(broker);
      return broker;
    } catch (RuntimeException | Error e) {
      starting.completeExceptionally(e);
      throw e;
    }
  }

  /** A signal may come while the broker still starts: it is let finish, so that it cleans up. */
  private static void closeOnceStarted(CompletableFuture<EmbeddedBroker> starting) {
    try {
      starting.get(20, TimeUnit.SECONDS).close();
    } catch (ExecutionException e) {
      log.debug("Nothing to close, the broker did not start", e);
    } catch (TimeoutException e) {
      log.warn("The broker neither started nor failed; its process ends without closing it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static EmbeddedBroker.Builder parse(String[] args) {
    EmbeddedBroker.Builder builder = EmbeddedBroker.builder();
    Iterator<String> left = Arrays.asList(args).iterator();
    while (left.hasNext()) {
      String flag = left.next();
      switch (flag) {
        case "--ephemeral" -> builder.ephemeral();
        case "--data" -> builder.dataDir(Path.of(value(flag, left)));
        case "--port" -> builder.port(number(flag, value(flag, left)));
        default ->
            throw new IllegalArgumentException(
                "Unknown argument: "
                    + flag
                    + ". Expected [--data DIR | --ephemeral] [--port N] (0 picks a free one).");
      }
    }
    return builder;
  }

  private static String value(String flag, Iterator<String> left) {
    if (!left.hasNext()) {
      throw new IllegalArgumentException("Missing value: " + flag + " needs one.");
    }
    return left.next();
  }

  private static int number(String flag, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Invalid number: " + flag + " needs a port, found " + value + ".", e);
    }
  }

  private static void halt(Throwable fault) {
    log.error("The broker broke, its process ends", fault);
    Runtime.getRuntime().halt(1);
  }
}
