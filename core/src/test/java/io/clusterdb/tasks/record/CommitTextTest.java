package io.clusterdb.tasks.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitTextTest {
  @Test
  void saysHowMuchIsDone() {
    String text = CommitText.of(17, "body:with:colons");
    assertThat(CommitText.doneBehind(text)).isEqualTo(17);
    assertThat(CommitText.body(text)).isEqualTo("body:with:colons");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "tasks1:", "tasks1:17", "other", "tasks1::", "tasks1:x:y", "tasks1:-5:y"})
  void saysNothingAboutTextOfOthers(String text) {
    assertThat(CommitText.doneBehind(text)).isZero();
  }
}
