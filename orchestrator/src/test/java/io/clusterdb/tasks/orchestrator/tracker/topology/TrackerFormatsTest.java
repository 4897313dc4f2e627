package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.BatchRow;
import io.clusterdb.tasks.orchestrator.tracker.engine.Execution;
import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.FactFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.Stage;
import io.clusterdb.tasks.orchestrator.tracker.engine.Standing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/**
 * Entries of the tracker's stores, and records between its halves, as earlier code wrote them. A
 * changed format gets a number and lines of its own here; what is here stays, since stores outlive
 * releases.
 */
class TrackerFormatsTest {
  private static final String RUN_1 =
      "017f0703fbd8c1a28c3405054d056d61696c0553656e6400c0d384a28c340302b2d8c1a28c34030200012a0400090703fbd8c1a28c3405054d80d8c1a28c34f60109776f726b65722d3104426164096772c3b6c39f6572087b2261223a317d01c0843d056e6f74650107736f75726365046170690862617463682d31";
  private static final String FACT_1 =
      "01070672756e2d310703fbd8c1a28c3405054d056d61696c0553656e6402c0d384a28c3403b2d8c1a28c340862617463682d3180d8c1a28c34f60109776f726b65722d3104426164096772c3b6c39f6572087b2261223a317d01c0843d056e6f74650107736f7572636504617069";
  private static final String BATCH_1 = "0103a0060280d8c1a28c340105ac02";
  private static final String MOVE_1 = "010207";
  private static final String THEN_1 =
      "010000000200066a6f622d6964000000066a6f622dc3bc0006782d6d696e65ffffffff000000077061796c6f6164";
  private static final String RUN_KEY = "00066a6f622dc3bc72756e2d31";
  private static final String INDEX_KEY =
      "0100046d61696c000001a0c44129c000066a6f622dc3bc72756e2d31";
  private static final String DEAD_PREFIX = "0700046d61696c";

  private static final Standing STANDING =
      new Standing(Stage.DEAD, 3, 1_790_000_000_123L, new Place(Place.Source.EVENTS, 5, 77));
  private static final Execution EXECUTION =
      new Execution(
          1_790_000_000_000L, 123, "worker-1", "Bad", "größer", "{\"a\":1}", true, 0.5, "note");
  private static final RunState RUN =
      new RunState(
          STANDING,
          "mail",
          "Send",
          Priority.HIGH,
          1_789_999_000_000L,
          3,
          new RunState.Due(2, 1_790_000_000_050L),
          new RunState.Seat(3, Stage.QUEUED, new Place(Place.Source.HIGH, 1, 42)),
          new Place(Place.Source.DEAD_LETTERS, 0, 9),
          true,
          new RunState.Attempted(STANDING, EXECUTION),
          Map.of("source", "api"),
          "batch-1");

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void aRunsStateIsReadAndWrittenAsEver() {
    assertThat(hex(new RunStateFormat().write(RUN))).isEqualTo(RUN_1);
    assertThat(RunStateFormat.read(bytes(RUN_1))).isEqualTo(RUN);
  }

  @Test
  void aFactIsReadAndWrittenAsEver() {
    Fact fact =
        new Fact(
            "job-ü",
            "run-1",
            STANDING,
            "mail",
            "Send",
            Priority.LOW,
            1_789_999_000_000L,
            3,
            1_790_000_000_050L,
            EXECUTION,
            Map.of("source", "api"),
            "batch-1",
            true);
    assertThat(hex(new FactFormat().write(fact))).isEqualTo(FACT_1);
    assertThat(FactFormat.read("job-ü", bytes(FACT_1))).isEqualTo(fact);
  }

  @Test
  void aBatchsRowAndItsMovesAreReadAndWrittenAsEver() {
    BatchRow row =
        new BatchRow(Map.of(JobState.SUCCEEDED, 300L), 2, 400, true, true, 1_790_000_000_000L);
    assertThat(hex(row.write())).isEqualTo(BATCH_1);
    assertThat(BatchRow.read(bytes(BATCH_1))).isEqualTo(row);
    assertThat(hex(BatchRow.move(JobState.QUEUED, JobState.CANCELLED))).isEqualTo(MOVE_1);
    assertThat(BatchRow.NONE.moved(JobState.QUEUED, JobState.CANCELLED, 5))
        .isEqualTo(BatchRow.NONE.moved(bytes(MOVE_1), 5));
  }

  @Test
  void theJobThatWaitsForABatchIsReadAndWrittenAsEver() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("job-id", "job-ü".getBytes(StandardCharsets.UTF_8));
    headers.add("x-mine", null);
    byte[] payload = "payload".getBytes(StandardCharsets.UTF_8);
    assertThat(hex(ThenFormat.write(headers, payload))).isEqualTo(THEN_1);
    RecordHeaders read = new RecordHeaders();
    assertThat(ThenFormat.read(bytes(THEN_1), read)).isEqualTo(payload);
    assertThat(read).isEqualTo(headers);
  }

  @Test
  void keysAreAsEver() {
    assertThat(hex(Keys.run("job-ü", "run-1"))).isEqualTo(RUN_KEY);
    assertThat(Keys.index(bytes(RUN_KEY), RUN).stream().map(TrackerFormatsTest::hex))
        .containsExactly(INDEX_KEY);
    assertThat(hex(Keys.prefix(JobState.DEAD, "mail"))).isEqualTo(DEAD_PREFIX);
    assertThat(Keys.idOf(bytes(RUN_KEY))).isEqualTo("job-ü");
    assertThat(Keys.runOf(bytes(RUN_KEY))).isEqualTo("run-1");
  }
}
