package io.clusterdb.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What fuzzing found, and what is known to break parsers of the kind, kept for ever: the fuzz tests
 * judge it beside their random inputs. A file of a parser under {@code corpus/} has a case on each
 * line, with the escapes of Java; {@code 9* x} is nine times x, and {@code #} begins a comment. Who
 * finds another one adds a line.
 */
public final class Corpus {
  private static final Pattern REPEATED = Pattern.compile("(\\d+)\\* (.*)");

  private Corpus() {}

  /** The cases of a parser, by the name of its file. */
  public static List<String> of(String parser) {
    String name = "/corpus/" + parser + ".txt";
    try (InputStream in = Corpus.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no " + name + " among the test resources");
      }
      List<String> cases =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(Corpus::read)
              .toList();
      if (cases.isEmpty()) {
        throw new IllegalArgumentException(name + " has no case");
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String line) {
    Matcher repeated = REPEATED.matcher(line);
    return repeated.matches()
        ? repeated.group(2).translateEscapes().repeat(Integer.parseInt(repeated.group(1)))
        : line.translateEscapes();
  }
}
