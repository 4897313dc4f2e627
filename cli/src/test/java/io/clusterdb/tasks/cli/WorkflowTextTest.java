package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.WorkflowStatus.TaskStatus;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkflowTextTest {
  private static final Instant START = Instant.parse("2026-12-01T10:00:00Z");

  private static TaskStatus task(String name, WorkflowTaskState state, String... before) {
    boolean begun = state != WorkflowTaskState.PENDING && state != WorkflowTaskState.SKIPPED;
    return new TaskStatus(
        name,
        state,
        begun ? 1 : 0,
        begun ? START : null,
        begun ? START.plusMillis(250) : null,
        null,
        state == WorkflowTaskState.FAILED ? new JobFailure("CardDeclined", "no money") : null,
        null,
        null,
        List.of(before));
  }

  private static final WorkflowStatus RUN =
      new WorkflowStatus(
          "run-1",
          "orders",
          "1.0",
          RunState.FAILED,
          null,
          null,
          new JobFailure("CardDeclined", "task pay failed"),
          START,
          START.plusSeconds(2),
          List.of(
              task("check", WorkflowTaskState.SUCCEEDED),
              task("stock", WorkflowTaskState.SUCCEEDED, "check"),
              task("pay", WorkflowTaskState.FAILED, "check"),
              task("ship", WorkflowTaskState.SKIPPED, "stock", "pay")));

  @Test
  void theGraphIsDrawnByItsDependenciesAndStates() {
    assertThat(WorkflowDrawing.text(RUN, START))
        .containsExactly(
            "run run-1 of orders 1.0: FAILED after 2.0 s",
            "✓ check            SUCCEEDED after 250 ms",
            "├─ ✓ stock         SUCCEEDED after 250 ms",
            "└─ ✗ pay           FAILED after 250 ms: CardDeclined: no money",
            "   └─ ↷ ship       SKIPPED, after stock and pay",
            "error: CardDeclined: task pay failed");
  }

  @Test
  void mermaidHasEveryEdge() {
    assertThat(WorkflowDrawing.mermaid(RUN))
        .startsWith("flowchart TD", "  t0[\"check<br/>SUCCEEDED\"]:::succeeded")
        .contains("  t0 --> t1", "  t0 --> t2", "  t1 --> t3", "  t2 --> t3")
        .contains("  classDef failed fill:#fbb");
  }

  @Test
  void theHistoryReadsLikeAStory() {
    List<WorkflowEventInfo> events = new ArrayList<>();
    events.add(event(0, "RUN_STARTED", null, "{\"id\":7}", null, null));
    events.add(event(1, "TASK_STARTED", "pay", null, null, null));
    events.add(event(2, "WAITER_ADDED", null, null, null, null));
    events.add(event(1500, "TASK_FAILED", "pay", null, new JobFailure("CardDeclined", "no"), null));
    events.add(
        event(
            1500,
            "RUN_ENDED",
            null,
            null,
            new JobFailure("CardDeclined", "task pay failed"),
            RunState.FAILED));
    assertThat(new WorkflowStory(ZoneOffset.UTC).lines(events))
        .containsExactly(
            "10:00:00.000  +0 ms  The run started with {\"id\":7}.",
            "10:00:00.001  +1 ms  pay started.",
            "10:00:01.500  +1.5 s  pay failed after 1.5 s with CardDeclined: no",
            "10:00:01.500  +1.5 s  The run ended FAILED after 1.5 s: CardDeclined: task pay"
                + " failed");
  }

  private static WorkflowEventInfo event(
      long at,
      String kind,
      @Nullable String task,
      @Nullable String data,
      @Nullable JobFailure error,
      @Nullable RunState state) {
    return new WorkflowEventInfo(
        START.plusMillis(at),
        1,
        kind,
        task,
        null,
        null,
        state,
        task == null ? null : "run-1/" + task,
        null,
        null,
        List.of(),
        data == null ? null : Json.exact(data),
        error,
        null,
        false);
  }
}
