package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AssignmentEpochsTest {
  private final AssignmentEpochs<String> epochs = new AssignmentEpochs<>();

  @Test
  void disownsItemsOfAnEarlierAssignment() {
    int first = epochs.assign("p");
    assertThat(epochs.owns("p", first)).isTrue();
    epochs.end("p");
    assertThat(epochs.owns("p", first)).isFalse();
    int second = epochs.assign("p");
    assertThat(epochs.owns("p", first)).isFalse();
    assertThat(epochs.owns("p", second)).isTrue();
    assertThat(second).isGreaterThan(first);
  }

  @Test
  void ownsNothingThatWasNotAssigned() {
    assertThat(epochs.epoch("p")).isEqualTo(AssignmentEpochs.NOT_OWNED);
    assertThat(epochs.owns("p", AssignmentEpochs.NOT_OWNED)).isFalse();
    assertThat(epochs.owns("q", epochs.assign("p"))).isFalse();
  }
}
