package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what stands between double braces: a path, and a default after a bar. */
final class RefParser {
  private static final Pattern FIRST = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z0-9_][A-Za-z0-9_-]*)|\\[(-?\\d{1,6})]|\\['([^']*)']");
  private static final Pattern DEFAULT =
      Pattern.compile("\\s*default\\s*:\\s*(.*)", Pattern.DOTALL);

  private RefParser() {}

  static Ref parse(String text) throws TemplateException {
    int bar = text.indexOf('|');
    String path = (bar < 0 ? text : text.substring(0, bar)).strip();
    List<Object> steps = steps(path);
    return new Ref(path, steps, bar < 0 ? null : fallback(text.substring(bar + 1)));
  }

  /** Steps of a path. */
  static List<Object> steps(String path) throws TemplateException {
    Matcher first = FIRST.matcher(path);
    if (!first.lookingAt()) {
      throw wrong(path);
    }
    List<Object> steps = new ArrayList<>();
    steps.add(first.group());
    Matcher step = STEP.matcher(path);
    int at = first.end();
    while (at < path.length()) {
      if (!step.find(at) || step.start() != at) {
        throw wrong(path);
      }
      steps.add(
          step.group(1) != null
              ? step.group(1)
              : step.group(2) != null ? Integer.valueOf(step.group(2)) : step.group(3));
      at = step.end();
    }
    return steps;
  }

  private static JsonNode fallback(String text) throws TemplateException {
    Matcher matcher = DEFAULT.matcher(text);
    if (!matcher.matches()) {
      throw new TemplateException(
          "expected \"default: …\" after the bar, found \"" + text.strip() + "\"");
    }
    return literal(matcher.group(1).strip());
  }

  /** JSON, or text in single quotes. */
  static JsonNode literal(String text) throws TemplateException {
    if (text.length() >= 2 && text.startsWith("'") && text.endsWith("'")) {
      return TextNode.valueOf(text.substring(1, text.length() - 1));
    }
    try {
      JsonNode node = text.isEmpty() ? null : Json.mapper().readTree(text);
      if (node != null && !node.isMissingNode()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw new TemplateException(
        "expected JSON or text in single quotes as the default, found \"" + text + "\"");
  }

  private static TemplateException wrong(String path) {
    return new TemplateException(
        "expected a path such as input.order.id or tasks.validate.output[0], found \""
            + path
            + "\"");
  }
}
