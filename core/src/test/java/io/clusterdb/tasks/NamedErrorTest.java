package io.clusterdb.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NamedErrorTest {
  @Test
  void takesTheSimpleClassName() {
    assertThat(NamedError.typeOf(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void takesTheClassThatAnAnonymousOneExtends() {
    assertThat(NamedError.typeOf(new IllegalStateException() {}))
        .isEqualTo("IllegalStateException");
  }

  @Test
  void takesTheNameThatAnErrorGivesItself() {
    assertThat(NamedError.typeOf(new NamedFailure("CardDeclined", "no funds")))
        .isEqualTo("CardDeclined");
    assertThat(NamedError.typeOf(new TasksException(ErrorCode.QUEUE_FULL, "queue a is full")))
        .isEqualTo("QUEUE_FULL");
  }

  @Test
  void refusesAnErrorWithoutAName() {
    assertThatIllegalArgumentException().isThrownBy(() -> new NamedFailure(" ", "no funds"));
  }
}
