package io.clusterdb.tasks.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.Corpus;
import io.clusterdb.tasks.schedule.PayloadTemplate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Texts that make no sense, by a seed: they are read and filled in, or refused with a reason. */
class TemplateFuzzTest {
  private static final int TEXTS = 60_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final List<String> PIECES =
      List.of(
          "{{",
          "}}",
          "{",
          "}",
          "input",
          "tasks",
          ".",
          "a",
          "b",
          "[",
          "]",
          "0",
          "-1",
          "99999999999",
          "'",
          "\\",
          "'odd key'",
          " ",
          "==",
          "!=",
          "<",
          ">=",
          "&&",
          "||",
          "!",
          "(",
          ")",
          "true",
          "null",
          "1e999",
          "$1",
          "schedule.",
          "schedule.name",
          "{{schedule.name}}",
          "planned_time",
          "item",
          "output",
          "\u0000",
          "\uD83D",
          "é",
          "\n");

  private static final Scope SCOPE =
      new Scope() {
        @Override
        public @Nullable JsonNode root(String name) {
          return name.equals("input") ? input() : null;
        }

        @Override
        public @Nullable JsonNode task(String task, String field) {
          return field.equals("output") ? input() : null;
        }
      };

  private static JsonNode input() {
    ObjectNode input = NODES.objectNode().put("a", 1).put("b", "{{input.a}}").put("odd key", true);
    ArrayNode list = input.putArray("list");
    list.add(NODES.nullNode()).add("x");
    return input;
  }

  @Test
  void anyTemplateIsFilledInOrRefused() {
    int read = 0;
    for (int seed = 0; seed < TEXTS; seed++) {
      String text = text(new Random(seed), 6);
      JsonNode value =
          seed % 3 == 0
              ? TextNode.valueOf(text)
              : seed % 3 == 1 ? NODES.objectNode().put(text, text) : NODES.arrayNode().add(text);
      read += isFilledIn(value, "seed " + seed) ? 1 : 0;
    }
    assertThat(read).isBetween(TEXTS / 20, TEXTS - TEXTS / 20);
  }

  @Test
  void whatWasFoundIsFilledInOrRefusedStill() {
    for (String found : Corpus.of("templates")) {
      String which = found.substring(0, Math.min(40, found.length()));
      boolean asText = isFilledIn(TextNode.valueOf(found), which);
      assertThat(isFilledIn(NODES.arrayNode().add(found), which)).as(which).isEqualTo(asText);
    }
  }

  private static boolean isFilledIn(JsonNode value, String which) {
    try {
      assertThat(Template.of(value).resolve(SCOPE)).isNotNull();
      return true;
    } catch (TemplateException e) {
      assertThat(e.getMessage()).as(which).isNotBlank();
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(which + ": a template stops a run", e);
    }
  }

  @Test
  void anyConditionIsJudgedOrRefused() {
    int read = 0;
    for (int seed = 0; seed < TEXTS; seed++) {
      String text = text(new Random(seed), 6);
      read += isJudged(text, "seed " + seed + ": " + text) ? 1 : 0;
    }
    assertThat(read).isPositive();
  }

  /** Nesting without end is among it, which is refused and overflows nothing. */
  @Test
  void whatWasFoundIsJudgedOrRefusedStill() {
    for (String found : Corpus.of("conditions")) {
      String which = found.substring(0, Math.min(40, found.length()));
      boolean judged = isJudged(found, which);
      if (found.length() > 10_000) {
        assertThat(judged).as(which).isFalse();
      }
    }
  }

  private static boolean isJudged(String text, String which) {
    try {
      boolean unused = Condition.of(text).test(SCOPE);
      return true;
    } catch (TemplateException e) {
      assertThat(e.getMessage()).as(which).isNotBlank();
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(which + ": a condition stops a run", e);
    }
  }

  @Test
  void anyPayloadOfAScheduleIsFilledInAndWhatWasFilledInIsNotReadAgain() {
    Instant planned = Instant.parse("2026-11-26T18:00:00Z");
    for (int seed = 0; seed < TEXTS; seed++) {
      String text = text(new Random(seed), 8);
      byte[] filled =
          PayloadTemplate.fill(
              text.getBytes(StandardCharsets.UTF_8),
              "text/plain",
              "$1\\{{schedule.name}}",
              planned);
      assertThat(filled).as("seed %d", seed).isNotNull();
      try {
        PayloadTemplate.check(text);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as("seed %d", seed).contains("schedule.planned_time");
      }
    }
  }

  @Test
  void whatWasFoundOfPayloadsIsFilledInStill() {
    Instant planned = Instant.parse("2026-11-26T18:00:00Z");
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (String found : Corpus.of("payloads")) {
            String which = found.substring(0, Math.min(40, found.length()));
            byte[] payload = found.getBytes(StandardCharsets.UTF_8);
            for (String media : List.of("application/json", "TEXT/plain", "a+json", "", "\u0000")) {
              byte[] filled = PayloadTemplate.fill(payload, media, "{{schedule.name}}", planned);
              assertThat(filled).as(which).isNotNull();
              if (!PayloadTemplate.isText(media)) {
                assertThat(filled).as(which).isEqualTo(payload);
              }
            }
          }
        });
  }

  private static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      text.append("{{input.").append(random.nextBoolean() ? "a" : "").append(piece(random));
      text.append("}}");
    }
    for (int i = random.nextInt(pieces); i >= 0; i--) {
      text.append(piece(random));
    }
    return text.toString();
  }

  private static String piece(Random random) {
    return PIECES.get(random.nextInt(PIECES.size()));
  }
}
