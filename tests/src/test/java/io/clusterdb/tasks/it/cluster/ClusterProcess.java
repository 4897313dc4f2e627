package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process of the cluster with its folder, of which it has one life after the other. */
final class ClusterProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  /** What Java exits with once its shutdown hooks are done. */
  private static final int TERMINATED = 128 + 15;

  private final String name;
  private final Path directory;
  private final List<String> command;
  private @Nullable Process process;
  private boolean wanted;
  private boolean frozen;

  ClusterProcess(String name, Path directory, List<String> jvm, Class<?> main, List<String> rest) {
    this.name = name;
    this.directory = directory;
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(rest);
  }

  /** What the next life is of. */
  synchronized void classPath(String path) {
    command.set(command.indexOf("-cp") + 1, path);
  }

  /** What the next lives are of, with one more option of Java. */
  synchronized void runWith(String path, String option) {
    classPath(path);
    command.add(1, option);
  }

  String name() {
    return name;
  }

  Path directory() {
    return directory;
  }

  /** Where it writes what it has to say, one life after the other. */
  Path log() {
    return directory.resolve("log");
  }

  /** Starts a life, without waiting until it works; does nothing if one goes on. */
  synchronized void start() throws IOException {
    wanted = true;
    if (alive()) {
      return;
    }
    Files.createDirectories(directory);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
  }

  synchronized boolean alive() {
    return process != null && process.isAlive();
  }

  /** Whether it ended though nobody ended it. */
  synchronized boolean endedByItself() {
    return wanted && !alive();
  }

  synchronized long pid() {
    return process == null ? -1 : process.pid();
  }

  /** Waits until it works; whether it came to that. */
  boolean awaitReady(Duration limit) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < until) {
      if (Files.exists(Parent.marker(directory, pid()))) {
        return true;
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
    return false;
  }

  /** SIGKILL. */
  synchronized void kill() throws InterruptedException {
    wanted = false;
    frozen = false;
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /**
   * SIGTERM, and SIGKILL for one that does not end; whether it closed what it has and ended by
   * itself.
   */
  boolean terminate(Duration limit) throws InterruptedException {
    Process ending;
    synchronized (this) {
      wanted = false;
      ending = process;
    }
    if (ending == null) {
      return true;
    }
    // The process's own destroy would close its standard input too, which halts it at once.
    ending.toHandle().destroy();
    boolean ended = ending.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      kill();
    }
    return ended && ending.exitValue() == TERMINATED;
  }

  /** SIGSTOP. */
  synchronized void freeze() throws IOException, InterruptedException {
    frozen = true;
    signal("STOP");
  }

  /** SIGCONT. */
  synchronized void thaw() throws IOException, InterruptedException {
    if (frozen && alive()) {
      signal("CONT");
    }
    frozen = false;
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process sent = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
    if (sent.waitFor() != 0 && alive()) {
      throw new IOException("kill -" + signal + " " + name + " failed");
    }
  }

  /** Deletes what it keeps; its log and what it observed stay. */
  void wipe() throws IOException {
    Path data = directory.resolve("data");
    if (!Files.exists(data)) {
      return;
    }
    try (Stream<Path> all = Files.walk(data)) {
      all.sorted(Comparator.reverseOrder()).forEach(ClusterProcess::delete);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
