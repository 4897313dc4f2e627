package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamsDefaultsTest {
  @Test
  void storesHaveAsManyCopiesAsThePlatformsTopics() {
    Map<String, Object> three = StreamsDefaults.copies(new HashMap<>(), 3);
    assertThat(three)
        .containsEntry("replication.factor", 3)
        .containsEntry("topic.min.insync.replicas", "2");
    assertThat(StreamsDefaults.copies(new HashMap<>(), 2))
        .containsEntry("replication.factor", 2)
        .containsEntry("topic.min.insync.replicas", "1");
  }

  @Test
  void whoAsksForOneCopyLeavesItToTheBrokers() {
    assertThat(StreamsDefaults.copies(new HashMap<>(), 1)).isEmpty();
  }
}
