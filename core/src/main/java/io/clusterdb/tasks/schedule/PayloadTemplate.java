package io.clusterdb.tasks.schedule;

import io.clusterdb.tasks.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills {@code {{schedule.name}}} and {@code {{schedule.planned_time}}} into the text of a payload.
 * Neither needs escaping in JSON. Other payloads than text are left as they are.
 */
public final class PayloadTemplate {
  private static final String NAME = "name";
  private static final String PLANNED_TIME = "planned_time";
  private static final List<String> KNOWN = List.of(PLANNED_TIME, NAME);
  private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*schedule\\.([^\\s{}]*)\\s*}}");

  private PayloadTemplate() {}

  /**
   * Checks that a text names known fields only.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void check(String text) {
    Matcher field = FIELD.matcher(text);
    while (field.find()) {
      if (!KNOWN.contains(field.group(1))) {
        throw new IllegalArgumentException(
            "expected {{schedule.planned_time}} or {{schedule.name}}, found " + field.group());
      }
    }
  }

  /** The payload of one fire. */
  @SuppressWarnings("ReturnMissingNullable") // null in, null out
  public static byte @Nullable [] fill(
      byte @Nullable [] payload, String contentType, String schedule, Instant planned) {
    if (payload == null || !isText(contentType)) {
      return payload;
    }
    String text = new String(payload, StandardCharsets.UTF_8);
    Matcher field = FIELD.matcher(text);
    if (!field.find()) {
      return payload;
    }
    String filled =
        field.replaceAll(
            match ->
                Matcher.quoteReplacement(
                    switch (match.group(1)) {
                      case NAME -> schedule;
                      case PLANNED_TIME -> planned.toString();
                      default -> match.group();
                    }));
    return filled.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a payload of this media type is text. */
  public static boolean isText(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT);
    return type.startsWith(Payload.JSON) || type.contains("+json") || type.startsWith("text/");
  }
}
