package io.clusterdb.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.clusterdb.tasks.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadTemplateTest {
  private static final Instant PLANNED = Instant.parse("2026-12-01T00:00:00Z");

  private static String fill(String text, String type) {
    byte @Nullable [] filled =
        PayloadTemplate.fill(text.getBytes(StandardCharsets.UTF_8), type, "nightly", PLANNED);
    return filled == null ? "" : new String(filled, StandardCharsets.UTF_8);
  }

  @Test
  void fillsInTheNameAndThePlannedTime() {
    assertThat(
            fill(
                "{\"at\": \"{{schedule.planned_time}}\", \"by\": \"{{ schedule.name }}!\"}",
                Payload.JSON))
        .isEqualTo("{\"at\": \"2026-12-01T00:00:00Z\", \"by\": \"nightly!\"}");
  }

  @Test
  void leavesOtherTextAndOtherPayloadsAlone() {
    assertThat(fill("{{input.id}} {{ other }}", Payload.JSON))
        .isEqualTo("{{input.id}} {{ other }}");
    assertThat(fill("{{schedule.name}}", Payload.BYTES)).isEqualTo("{{schedule.name}}");
    assertThat(PayloadTemplate.fill(null, Payload.JSON, "s", PLANNED)).isNull();
  }

  @Test
  void refusesUnknownFieldsOfASchedule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PayloadTemplate.check("{{schedule.time}}"))
        .withMessage(
            "expected {{schedule.planned_time}} or {{schedule.name}}, found {{schedule.time}}");
    PayloadTemplate.check("{{schedule.name}} {{input.id}}");
  }
}
