package io.clusterdb.tasks.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchedulerStateTest {
  @Test
  void aWholeIsAsWellAsItsWorstPart() {
    assertThat(SchedulerState.RUNNING.and(SchedulerState.RUNNING))
        .isEqualTo(SchedulerState.RUNNING);
    assertThat(SchedulerState.RUNNING.and(SchedulerState.STARTING))
        .isEqualTo(SchedulerState.STARTING);
    assertThat(SchedulerState.FAILED.and(SchedulerState.CLOSED)).isEqualTo(SchedulerState.FAILED);
    for (SchedulerState state : SchedulerState.values()) {
      assertThat(SchedulerState.RUNNING.and(state)).isEqualTo(state);
      assertThat(state.and(SchedulerState.FAILED)).isEqualTo(SchedulerState.FAILED);
    }
  }
}
