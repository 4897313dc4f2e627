package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts processes with arguments and variables that arrive byte for byte as UTF-8, whatever the
 * worker's locale is.
 *
 * <p>Java encodes both by the locale's character set, and replaces what that lacks by question
 * marks: under {@code LC_ALL=C} everything but ASCII. What would be replaced goes through a small
 * shell script in octal instead, which decodes it and replaces itself by the program; the script is
 * fixed, and what it decodes is never read as shell code.
 */
final class Launcher {
  /** The shell that POSIX has everywhere. */
  static final String SHELL = "/bin/sh";

  /** Words up to -- are variables; the rest, each decoded and put at the end, is the command. */
  private static final String DECODER =
      "while [ \"$1\" != -- ]; do x=$(printf '%b_' \"$1\"); export \"${x%_}\"; shift; done; shift;"
          + " n=$#; while [ \"$n\" -gt 0 ];"
          + " do x=$(printf '%b_' \"$1\"); shift; set -- \"$@\" \"${x%_}\"; n=$((n-1)); done;"
          + " exec \"$@\"";

  private final Charset nativeCharset;

  /**
   * Creates a launcher.
   *
   * @param nativeCharset what Java encodes arguments and variables by
   */
  Launcher(Charset nativeCharset) {
    this.nativeCharset = nativeCharset;
  }

  /** A launcher for this process's locale. */
  static Launcher ofThisProcess() {
    return new Launcher(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
  }

  /**
   * Starts a command.
   *
   * @throws PermanentFailure if an argument or a variable can be given to no process
   * @throws NamedFailure ExecError if this machine cannot start it
   */
  Process start(List<String> command, Map<String, String> variables) {
    command.forEach(word -> OsText.check("an argument", word));
    variables.forEach(OsText::check);
    Map<String, String> plain = new TreeMap<>();
    List<String> encoded = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (carries(value)) {
            plain.put(name, value);
          } else {
            encoded.add(OsText.octal(name + "=" + value));
          }
        });
    boolean direct = encoded.isEmpty() && command.stream().allMatch(this::carries);
    return launch(direct ? command : decoded(encoded, command), plain, command.getFirst());
  }

  private boolean carries(String text) {
    return nativeCharset.newEncoder().canEncode(text);
  }

  private static List<String> decoded(List<String> variables, List<String> command) {
    List<String> words = new ArrayList<>(List.of(SHELL, "-c", DECODER, "sh"));
    words.addAll(variables);
    words.add("--");
    command.forEach(word -> words.add(OsText.octal(word)));
    return words;
  }

  private static Process launch(List<String> words, Map<String, String> variables, String program) {
    ProcessBuilder builder = new ProcessBuilder(words);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith(JobEnvironment.PREFIX));
    environment.putAll(variables);
    try {
      return builder.start();
    } catch (IOException e) {
      throw StartFailures.explain(program, e);
    }
  }
}
