package io.clusterdb.tasks.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows of text with aligned columns. Not thread-safe. */
final class TextTable {
  private static final String GAP = "  ";

  /** What a column keeps however narrow the terminal is. */
  private static final int NARROWEST = 8;

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these headings. */
  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row; null shows as {@code -}. */
  TextTable row(@Nullable Object... cells) {
    List<String> row = new ArrayList<>();
    for (@Nullable Object cell : cells) {
      row.add(cell == null ? "-" : printable(cell.toString()));
    }
    rows.add(row);
    return this;
  }

  /** The lines, the headings first, however long. */
  List<String> lines() {
    return lines(0);
  }

  /**
   * The lines, the headings first. The widest columns are cut where they are too much for the
   * terminal; a table of names and values is not, since whoever asks for one thing wants all of it.
   *
   * @param columns of the terminal; 0 for no limit
   */
  List<String> lines(int columns) {
    int[] widths = widths();
    if (columns > 0 && widths.length > 2) {
      narrow(widths, columns - GAP.length() * (widths.length - 1));
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static void narrow(int[] widths, int room) {
    int sum = IntStream.of(widths).sum();
    while (sum > room) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= NARROWEST) {
        return;
      }
      widths[widest]--;
      sum--;
    }
  }

  private int[] widths() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return widths;
  }

  /** Writes the lines as the result, no longer than the terminal is wide. */
  void print(Terminal terminal) {
    lines(terminal.columns()).forEach(terminal::result);
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String cell = cut(row.get(i), widths[i]);
      line.append(cell);
      if (i < row.size() - 1) {
        line.repeat(" ", widths[i] - width(cell)).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String text, int width) {
    return width(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Text that cannot move the cursor: control characters as escapes. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> safe.append("\\n");
        case '\r' -> safe.append("\\r");
        case '\t' -> safe.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            safe.append(String.format("\\u%04x", (int) c));
          } else {
            safe.append(c);
          }
        }
      }
    }
    return safe.toString();
  }
}
