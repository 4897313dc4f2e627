package io.clusterdb.tasks.config;

import io.clusterdb.tasks.config.YamlNode.Entry;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import io.clusterdb.tasks.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Puts values of the environment into a tree: {@code ${NAME}}, {@code ${NAME:default}}, and two
 * dollar signs before the brace for one that is meant literally. Values are taken as they are,
 * never looked into again.
 */
final class Variables {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> environment;
  private final Problems problems;

  Variables(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The tree with every scalar value filled in; what cannot be is reported and broken. */
  YamlNode fill(YamlNode node, String path) {
    return switch (node) {
      case Scalar scalar -> scalar.text().contains("${") ? scalar(scalar, path) : scalar;
      case Sequence sequence -> {
        List<YamlNode> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
          items.add(fill(item, path + "[" + items.size() + "]"));
        }
        yield Sequence.of(items, sequence.place());
      }
      case Mapping mapping -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        mapping
            .entries()
            .forEach(
                (key, entry) ->
                    entries.put(
                        key, new Entry(entry.key(), fill(entry.value(), Cursor.join(path, key)))));
        yield Mapping.of(entries, mapping.place());
      }
      case YamlNode.Broken broken -> broken;
    };
  }

  private YamlNode scalar(Scalar scalar, String path) {
    StringBuilder filled = new StringBuilder();
    boolean whole = true;
    String text = scalar.text();
    int at = 0;
    for (int next = text.indexOf("${"); next >= 0; next = text.indexOf("${", at)) {
      if (next > at && text.charAt(next - 1) == '$') {
        filled.append(text, at, next - 1).append("${");
        at = next + 2;
        continue;
      }
      filled.append(text, at, next);
      int end = text.indexOf('}', next);
      if (end < 0) {
        problems.add(scalar.place(), path, "expected } after ${; a literal ${ is written $${");
        return new YamlNode.Broken(scalar.place());
      }
      whole &= value(text.substring(next + 2, end), filled, scalar.place(), path);
      at = end + 1;
    }
    filled.append(text, at, text.length());
    return whole
        ? new Scalar(filled.toString(), scalar.plain(), scalar.place())
        : new YamlNode.Broken(scalar.place());
  }

  private boolean value(String variable, StringBuilder filled, Place place, String path) {
    int colon = variable.indexOf(':');
    String name = colon < 0 ? variable : variable.substring(0, colon);
    if (!NAME.matcher(name).matches()) {
      String found = "expected a variable's name in ${…}, found " + Scalar.quote(name);
      problems.add(place, path, found + "; a literal ${ is written $${");
      return false;
    }
    String value = environment.get(name);
    if (value == null && colon < 0) {
      String expected = "expected the environment variable " + name + ", found none";
      String hint = Suggestions.hint(name, environment.keySet());
      String next = hint.isEmpty() ? "; set it or write ${" + name + ":default}" : hint;
      problems.add(place, path, expected + next);
      return false;
    }
    filled.append(value != null ? value : variable.substring(colon + 1));
    return true;
  }
}
