package io.clusterdb.tasks.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Says what the YAML parser found wrong, in the form of every other problem. */
final class SyntaxErrors {
  private SyntaxErrors() {}

  static void report(YamlEngineException error, String text, VariableMask mask, Problems problems) {
    switch (error) {
      case MarkedYamlEngineException marked ->
          problems.add(place(marked), "", mask.restore(describe(marked)));
      case ReaderException unprintable ->
          problems.add(
              place(text, unprintable.getPosition()),
              "",
              "expected printable characters, found "
                  + String.format("U+%04X", unprintable.getCodePoint()));
      default -> problems.add(Place.FILE, "", "expected YAML, found: " + error.getMessage());
    }
  }

  private static Place place(MarkedYamlEngineException error) {
    Optional<Mark> mark = error.getProblemMark().or(error::getContextMark);
    return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(Place.FILE);
  }

  private static Place place(String text, int position) {
    int index =
        text.offsetByCodePoints(0, Math.min(position, text.codePointCount(0, text.length())));
    String before = text.substring(0, index);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    String start = before.substring(before.lastIndexOf('\n') + 1);
    return new Place(line, start.codePointCount(0, start.length()) + 1);
  }

  private static String describe(MarkedYamlEngineException error) {
    String problem = error.getProblem() == null ? "" : error.getProblem();
    if (problem.contains("\\t(TAB)") || problem.contains("'\t")) {
      return "expected spaces as indentation, found a tab";
    }
    String context = error.getContext() == null ? "" : error.getContext();
    return "expected YAML, found a syntax error: "
        + problem
        + (context.isBlank() || problem.isBlank() ? context : " (" + context + ")");
  }
}
