package io.clusterdb.tasks.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A main class of the class path in a JVM of its own, killed when it is closed. */
final class JavaProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path errors;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();

  private JavaProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    // Not a virtual one: reading a pipe holds its carrier, and two such stop all virtual threads.
    Thread.ofPlatform().daemon().start(this::readOutput);
  }

  static JavaProcess start(Class<?> main, String... arguments) throws IOException {
    // Most live for seconds: compiling more than once costs more than it gains.
    return start(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), main, arguments);
  }

  static JavaProcess start(List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(ClassArchive.options());
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("tasks-it-", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    return new JavaProcess(process, errors);
  }

  private void readOutput() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add("the output could not be read: " + e);
    }
  }

  /** Waits for the next line of the standard output; null if none comes. */
  @Nullable String nextLine() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      String line = output.poll(50, TimeUnit.MILLISECONDS);
      if (line != null || (!process.isAlive() && output.isEmpty())) {
        return line;
      }
    }
    return null;
  }

  /** Waits for the end and returns the exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process did not end within " + PATIENCE_SECONDS + " s");
    }
    return process.exitValue();
  }

  /** Waits this long for its end, and says whether it came. */
  boolean ended(Duration wait) throws InterruptedException {
    return process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  long pid() {
    return process.pid();
  }

  /** All that it wrote to standard error up to now. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() throws Exception {
    kill();
    Files.deleteIfExists(errors);
  }
}
