package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.cli.Main;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A command that runs until it is stopped, as a user of a secured broker, in its own process. */
final class SecuredService implements AutoCloseable {
  private final String name;
  private final JavaProcess process;

  private SecuredService(String name, JavaProcess process) {
    this.name = name;
    this.process = process;
  }

  static SecuredService start(SecuredPlatform platform, String user, String... command)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--bootstrap", platform.broker().bootstrap()));
    all.addAll(List.of("--kafka-config", platform.broker().file(user).toString()));
    JavaProcess process =
        JavaProcess.start(
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"),
            Main.class,
            all.toArray(String[]::new));
    return new SecuredService(command[0], process);
  }

  /** The command. */
  String name() {
    return name;
  }

  /** All that it logged and told up to now. */
  String said() throws IOException {
    return process.errors();
  }

  void awaitSaid(String text) {
    await()
        .atMost(SecuredPlatform.LIMIT)
        .failFast(name + " ended by itself", () -> process.ended(Duration.ZERO))
        .untilAsserted(() -> assertThat(said()).contains(text));
  }

  /** SIGTERM. */
  void terminate() {
    process.terminate();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    return process.exitCode();
  }

  @Override
  public void close() throws Exception {
    process.close();
  }
}
