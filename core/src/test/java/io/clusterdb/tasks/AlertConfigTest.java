package io.clusterdb.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlertConfigTest {
  @Test
  void aQueuesOwnLimitsGoBeforeTheGeneralOnes() {
    AlertConfig config =
        AlertConfig.queueThreshold(1_000)
            .errorThreshold(0.01)
            .queue("bulk", AlertLimits.NONE.queueThreshold(50_000));
    assertThat(config.of("bulk"))
        .isEqualTo(AlertLimits.NONE.queueThreshold(50_000).errorThreshold(0.01));
    assertThat(config.of("mails"))
        .isEqualTo(AlertLimits.NONE.queueThreshold(1_000).errorThreshold(0.01));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> AlertConfig.queueThreshold(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a number of jobs of 1 or more, found 0");
    assertThatThrownBy(() -> AlertConfig.none().errorThreshold(1.1))
        .hasMessage("expected a part from 0 to 1, found 1.1");
    assertThatThrownBy(() -> AlertConfig.none().errorThreshold(Double.NaN))
        .hasMessage("expected a part from 0 to 1, found NaN");
    assertThatThrownBy(() -> AlertConfig.none().after(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricsConfig.with("queue_dept"))
        .hasMessage("expected a metric of the platform, found \"queue_dept\"");
  }

  @Test
  void whatIsSaidOfABadWebhookTellsNoSecret() {
    for (String bad : new String[] {"file:///s3cret", "https:s3cret", "http://host/ s3cret"}) {
      assertThatThrownBy(() -> AlertConfig.none().webhook(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("s3cret");
    }
  }

  @Test
  void metricsAreKnownWithTheirUnitAndWithout() {
    assertThat(MetricsConfig.with("job_duration", "job_duration_seconds").metrics()).hasSize(2);
  }
}
