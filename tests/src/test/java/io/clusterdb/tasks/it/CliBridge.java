package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.cli.Cli;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets shell scripts call the command line of this JVM: a {@code tasks} of a few lines of bash
 * hands over arguments and input, and waits for output and exit code. A JVM for each call would
 * take a second each.
 */
final class CliBridge implements AutoCloseable {
  private static final Pattern ASSIGNED = Pattern.compile("([^=/]+=)(\\S+)(.*)", Pattern.DOTALL);
  private static final String SCRIPT =
      """
      #!/bin/bash
      call=$(mktemp -d FOLDER/call.XXXXXX)
      printf '%s\\0' "$@" > "$call/args"
      pwd > "$call/dir"
      : > "$call/in"
      if [ -p /dev/stdin ] || [ -f /dev/stdin ]; then cat > "$call/in"; fi
      curl -s --get --data-urlencode "call=$call" http://127.0.0.1:PORT/ > /dev/null
      cat "$call/err" >&2
      cat "$call/out"
      exit "$(cat "$call/code")"
      """;

  private final HttpServer server;
  private final Map<String, String> environment;
  private final Map<Path, Thread> calls = new ConcurrentHashMap<>();

  /**
   * Starts one, and writes the script.
   *
   * @param folder where the script {@code tasks} is put
   */
  CliBridge(Path folder, Map<String, String> environment) throws IOException {
    this.environment = environment;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::call);
    server.start();
    Path script = folder.resolve("tasks");
    Files.writeString(script, script(folder, server.getAddress().getPort()));
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + script + " executable");
    }
  }

  private static String script(Path folder, int port) {
    return SCRIPT.replace("FOLDER", folder.toString()).replace("PORT", Integer.toString(port));
  }

  private void call(HttpExchange exchange) throws IOException {
    Path call = Path.of(exchange.getRequestURI().getQuery().replace("call=", ""));
    calls.put(call, Thread.currentThread());
    try (exchange;
        OutputStream out = Files.newOutputStream(call.resolve("out"));
        PrintStream err =
            new PrintStream(Files.newOutputStream(call.resolve("err")), true, UTF_8)) {
      int code = run(call, out, err);
      Files.writeString(call.resolve("code"), Integer.toString(code));
      exchange.sendResponseHeaders(204, -1);
    } finally {
      calls.remove(call);
    }
  }

  private int run(Path call, OutputStream out, PrintStream err) throws IOException {
    Path directory = Path.of(Files.readString(call.resolve("dir")).strip());
    String joined = Files.readString(call.resolve("args"));
    String[] arguments =
        Arrays.stream(joined.substring(0, joined.length() - 1).split("\0", -1)) // each ends with it
            .map(argument -> absolute(directory, argument))
            .toArray(String[]::new);
    return Cli.run(
        new ByteArrayInputStream(Files.readAllBytes(call.resolve("in"))),
        out,
        err,
        environment,
        arguments);
  }

  /** This JVM has a working directory of its own. */
  private static String absolute(Path directory, String argument) {
    if (argument.contains("/") || argument.contains(".")) {
      if (Files.exists(directory.resolve(argument))) {
        return directory.resolve(argument).toString();
      }
      Matcher assigned = ASSIGNED.matcher(argument);
      if (assigned.matches() && Files.exists(directory.resolve(assigned.group(2)))) {
        return assigned.group(1) + directory.resolve(assigned.group(2)) + assigned.group(3);
      }
    }
    return argument;
  }

  /** Folders of the commands that still run, with what they have said. */
  Set<Path> running() {
    return Set.copyOf(calls.keySet());
  }

  /** Ends the commands that still run. */
  void interrupt() {
    calls.values().forEach(Thread::interrupt);
  }

  @Override
  public void close() {
    interrupt();
    server.stop(0);
  }
}
