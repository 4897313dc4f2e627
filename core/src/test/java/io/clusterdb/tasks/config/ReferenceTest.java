package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/configuration.md to what the readers know. */
class ReferenceTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z][^`]*)` \\| (.*) \\| (.*?) ?\\|$", Pattern.MULTILINE);

  private final String page = page();

  @Test
  void hasARowForEachKeyAndNoOther() {
    List<String> known =
        Arrays.stream(Keys.values())
            .flatMap(keys -> keys.names().stream().map(key -> Cursor.join(keys.where(), key)))
            .toList();

    assertThat(rows().map(row -> row.group(1))).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void saysTheDefaultsOfAQueue() {
    Map<String, String> defaults =
        rows().collect(Collectors.toMap(row -> row.group(1), row -> row.group(3)));

    DefinitionText.of(Queue.named("any").build())
        .forEach(
            (key, value) ->
                assertThat(defaults.get(row(key))).as(key).startsWith("`" + value + "`"));
  }

  @Test
  void saysTheDefaultsOfAllElse() {
    TasksConfig empty = Yaml.parse("{}");
    ScheduledTask schedule =
        ScheduledTask.named("any").schedule(Schedule.every(Duration.ofHours(1)));
    Map<String, Object> defaults =
        Map.of(
            "prefix", empty.prefix(),
            "replication", empty.replication(),
            "shared_partitions", empty.sharedPartitions(),
            "http.listen", empty.http().listen(),
            "workflows.<name>.version", Workflow.DEFAULT_VERSION,
            "scheduler.tasks[].outcome_within", Durations.format(schedule.outcomeWithin()),
            "scheduler.tasks[].misfire", word(schedule.misfire()),
            "scheduler.tasks[].skipped_hour", word(schedule.skippedHour()),
            "scheduler.tasks[].repeated_hour", word(schedule.repeatedHour()),
            "for_each.concurrency", ForEach.DEFAULT_CONCURRENCY);
    Map<String, Object> alerts =
        Map.of(
            "monitoring.alerts.after", Durations.format(AlertConfig.DEFAULT_AFTER),
            "monitoring.alerts.resolve_after", Durations.format(AlertConfig.DEFAULT_RESOLVE_AFTER));
    Map<String, String> written =
        rows().collect(Collectors.toMap(row -> row.group(1), row -> row.group(3)));

    BiConsumer<String, Object> check =
        (key, value) -> assertThat(written.get(key)).as(key).isEqualTo("`" + value + "`");
    defaults.forEach(check);
    alerts.forEach(check);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String row(String key) {
    return key.startsWith("retry_policy.")
        ? key.replace("retry_policy.backoff.", "backoff.")
        : "tasks.queues.<name>." + key;
  }

  @Test
  void itsExampleLoads() {
    String yaml = page.substring(page.indexOf("```yaml\n") + 8);
    String example =
        yaml.substring(0, yaml.indexOf("```")).replace(", payload_schema: email.avsc", "");

    assertThat(Yaml.parse(example).queues()).extracting(Queue::name).containsExactly("emails");
  }

  @Test
  void keysOfOneMappingAreDeclaredOnce() {
    for (Keys keys : Keys.values()) {
      assertThat(Set.copyOf(keys.names())).hasSameSizeAs(keys.names());
    }
  }

  private Stream<MatchResult> rows() {
    return ROW.matcher(page).results();
  }

  private static String page() {
    try {
      return Files.readString(Path.of("..", "docs", "configuration.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
