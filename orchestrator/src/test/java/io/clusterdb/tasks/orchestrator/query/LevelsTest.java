package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LevelsTest {
  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void sumsThePartitionsOfAllInstancesEachOnce() {
    Levels levels =
        Levels.of(
            List.of(
                json("{'partitions': {'0': {'mails': [5, 10, 1]}, '1': {'mails': [1, 10, 0]}}}"),
                json("{'partitions': {'1': {'mails': [1, 10, 0]}, '2': {'other': [7, 0, 0]}}}")));
    assertThat(levels.depth("mails")).isEqualTo(6);
    assertThat(levels.errorRate("mails")).isEqualTo(0.05);
    assertThat(levels.depth("other")).isEqualTo(7);
    assertThat(levels.errorRate("other")).isZero();
    assertThat(levels.depth("none")).isZero();
  }

  @Test
  void whereNothingIsKnownNothingIsZero() {
    assertThat(Levels.UNKNOWN.depth("mails")).isNull();
    assertThat(Levels.UNKNOWN.errorRate("mails")).isNull();
  }

  @Test
  void countsWhatWaitsAndRunsAndLeavesEmptyQueuesOut() {
    TrackerCounts counts = new TrackerCounts();
    counts.make("empty");
    long[] cells = new long[QueueCounts.CELLS];
    Arrays.fill(cells, 1); // one in each state of each lane
    counts.make("mails").restore(cells);
    JsonNode node = Levels.here(Set.of("mails", "empty", "new"), Map.of(3, counts), 0);
    long lanes = Priority.values().length;
    assertThat(json(node.toString()))
        .isEqualTo(json("{'partitions': {'3': {'mails': [" + 2 * lanes + ", 0, 0]}}}"));
    assertThat(Tally.partitions(node)).containsExactly(3);
  }
}
