package io.clusterdb.tasks.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class SchedulerSettingsTest {
  @Test
  void saysWhichValueIsWrong() {
    assertThatThrownBy(() -> SchedulerSettings.DEFAULT.threads(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> SchedulerSettings.DEFAULT.standbyReplicas(-1))
        .hasMessageContaining("found -1");
    assertThatThrownBy(() -> SchedulerSettings.DEFAULT.instance("a b"))
        .hasMessageContaining("found \"a b\"");
    assertThatThrownBy(() -> SchedulerSettings.DEFAULT.housekeeping(Duration.ZERO))
        .hasMessageContaining("found PT0S");
  }

  @Test
  void aStableIdMakesAStaticMember() {
    Map<String, Object> settings =
        StreamsSettings.of(
            "tasks.scheduler", SchedulerSettings.DEFAULT.instance("one"), Path.of("state"));
    assertThat(settings)
        .containsEntry("main.consumer.group.instance.id", "one")
        .containsEntry(StreamsConfig.CLIENT_ID_CONFIG, "tasks.scheduler-one");
  }

  @Test
  void withoutAnIdTheMemberIsDynamic() {
    Map<String, Object> settings =
        StreamsSettings.of("tasks.scheduler", SchedulerSettings.DEFAULT, Path.of("state"));
    assertThat(settings)
        .doesNotContainKey("main.consumer.group.instance.id")
        .as("an id of its own, by Kafka Streams")
        .containsEntry(StreamsConfig.CLIENT_ID_CONFIG, "")
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "exactly_once_v2")
        .containsEntry(StreamsConfig.STATE_DIR_CONFIG, "state");
  }
}
