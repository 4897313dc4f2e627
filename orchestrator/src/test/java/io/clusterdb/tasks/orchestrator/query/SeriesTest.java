package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What is remembered of a queue. */
class SeriesTest {
  private final Series series = new Series();

  private static long[] values(long depth, long enqueued) {
    return new long[] {depth, enqueued, 0, 0, 0, 0, 0};
  }

  @Test
  void theDepthIsTheLastOneAndTheRestAddsUp() {
    series.add(100, values(5, 2));
    series.add(100, values(7, 3));
    series.add(102, values(1, 4));
    JsonNode shown = series.json(102, 4);
    assertThat(shown.path("depth").toString()).isEqualTo("[null,7,null,1]");
    assertThat(shown.path("enqueued").toString()).isEqualTo("[null,5,null,4]");
  }

  @Test
  void anHourLaterNothingIsLeft() {
    series.add(100, values(5, 2));
    assertThat(series.json(100 + Series.STEPS, Series.STEPS).path("depth"))
        .allMatch(JsonNode::isNull);
    series.add(100 + Series.STEPS, values(6, 1));
    assertThat(series.json(100 + Series.STEPS, 1).path("enqueued").toString()).isEqualTo("[1]");
  }

  @Test
  void aTimeIsInTheStepThatBeginsBeforeIt() {
    assertThat(Series.step(19_999)).isEqualTo(1);
    assertThat(Series.step(20_000)).isEqualTo(2);
  }
}
