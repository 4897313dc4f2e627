package io.clusterdb.tasks.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of this class path in a JVM of its own. */
final class Fork implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;

  private Fork(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    this.input = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** With the collector that ./tasks chooses for most commands; BENCH_OPTS wins. */
  static Fork start(Class<?> main, String heap, List<String> arguments) throws IOException {
    return start(main, heap, "-XX:+UseSerialGC", arguments);
  }

  /** As {@link #start(Class, String, List)}, with a collector of its own. */
  static Fork start(Class<?> main, String heap, String collector, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> chosen = options();
    if (chosen.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w*GC"))) {
      command.add(collector);
    }
    command.addAll(List.of("-Xmx" + heap, "--enable-native-access=ALL-UNNAMED"));
    command.addAll(chosen);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new Fork(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static List<String> options() {
    String options = System.getenv("BENCH_OPTS");
    return options == null || options.isBlank() ? List.of() : List.of(options.trim().split(" +"));
  }

  /** Writes a line to its input. */
  void send(String line) throws IOException {
    input.write(line);
    input.newLine();
    input.flush();
  }

  /** The next line of its output. */
  String line() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("a benchmark's process ended without a result");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its largest resident memory so far, in MB, as Linux tells it. */
  long peakMegabytes() {
    return megabytes("VmHWM:");
  }

  /** Its resident memory now, in MB, as Linux tells it. */
  long residentMegabytes() {
    return megabytes("VmRSS:");
  }

  private long megabytes(String key) {
    try {
      for (String line :
          java.nio.file.Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return -1; // not Linux
    }
    return -1;
  }

  /** Ends its input, and waits until it has closed all that it has. */
  void finish() throws IOException, InterruptedException {
    input.close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a benchmark's process does not end");
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill();
    }
  }
}
