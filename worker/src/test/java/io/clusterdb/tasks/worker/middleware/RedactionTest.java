package io.clusterdb.tasks.worker.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String ORDER =
      "{\"id\":1,\"card\":{\"number\":\"4111\",\"name\":\"A\"},\"items\":[{\"key\":\"a\"},{\"key\":\"b\"},3]}";

  @Test
  void hidesWhatPathsLeadTo() {
    assertThat(redact("card.number", "items.key"))
        .isEqualTo(
            "{\"id\":1,\"card\":{\"number\":\"***\",\"name\":\"A\"},\"items\":[{\"key\":\"***\"},{\"key\":\"***\"},3]}");
  }

  @Test
  void hidesWholesAndWhateverIsThere() {
    assertThat(redact("card", "items.*"))
        .isEqualTo("{\"id\":1,\"card\":\"***\",\"items\":[\"***\",\"***\",\"***\"]}");
    assertThat(redact("*")).isEqualTo("{\"id\":\"***\",\"card\":\"***\",\"items\":\"***\"}");
    assertThat(redact("*.*.key")).contains("{\"key\":\"***\"},{\"key\":\"***\"}");
  }

  @Test
  void leavesTheRestAsItIs() {
    assertThat(redact()).isSameAs(ORDER);
    assertThat(redact("card.cvc", "id.deeper", "other")).isEqualTo(ORDER);
  }

  @Test
  void refusesWhatItCannotReadInsteadOfShowingIt() {
    Redaction redaction = new Redaction(List.of("card"));
    assertThatThrownBy(() -> redaction.apply("card=4111"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("4111");
  }

  private static String redact(String... paths) {
    return new Redaction(List.of(paths)).apply(ORDER);
  }
}
