package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.junit.jupiter.api.Test;

class GoneTopicsTest {
  private static final TopicPartition MAIL = new TopicPartition("tasks.mail.retry", 0);
  private static final TopicPartition NEWS = new TopicPartition("tasks.news.retry", 0);

  private final List<String> heard = new ArrayList<>();
  private Set<String> subscription = Set.of(MAIL.topic(), NEWS.topic());
  private final AtomicInteger code = new AtomicInteger();
  private boolean missing;
  private final GoneTopics topics =
      new GoneTopics(listener(), () -> subscription, new Misses(code));

  @Test
  void aPartitionThatAnotherInstanceTakesIsRevoked() {
    topics.onPartitionsRevoked(List.of(MAIL));
    assertThat(heard).containsExactly("revoked " + List.of(MAIL));
    assertThat(topics.take()).isEmpty();
  }

  @Test
  void aPartitionWhoseTopicWasDeletedIsLostAndToldOnce() {
    subscription = Set.of(NEWS.topic());
    topics.onPartitionsRevoked(List.of(MAIL, NEWS));
    assertThat(heard).containsExactly("lost " + List.of(MAIL, NEWS));
    assertThat(topics.take()).containsExactly(MAIL.topic());
    assertThat(topics.take()).isEmpty();
  }

  @Test
  void whatIsAssignedOrLostIsPassedOn() {
    topics.onPartitionsAssigned(List.of(NEWS));
    topics.onPartitionsLost(List.of(MAIL));
    assertThat(heard).containsExactly("assigned " + List.of(NEWS), "lost " + List.of(MAIL));
    assertThat(topics.take()).isEmpty();
  }

  @Test
  void anAssignmentThatMissesADeletedTopicStartsOverAFewTimes() {
    missing = true;
    for (int i = 0; i < 20; i++) {
      code.set(1);
      topics.onPartitionsAssigned(List.of(NEWS));
      assertThat(topics.take()).isNotEmpty();
      assertThat(code).hasValue(0);
    }
    assertThatThrownBy(() -> topics.onPartitionsAssigned(List.of(NEWS)))
        .isInstanceOf(MissingSourceTopicException.class);
    missing = false;
    topics.onPartitionsAssigned(List.of(NEWS));
    missing = true;
    topics.onPartitionsAssigned(List.of(NEWS));
    assertThat(topics.take()).isNotEmpty();
  }

  private ConsumerRebalanceListener listener() {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        heard.add("revoked " + partitions);
      }

      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (missing) {
          throw new MissingSourceTopicException("some are missing");
        }
        heard.add("assigned " + partitions);
      }

      @Override
      public void onPartitionsLost(Collection<TopicPartition> partitions) {
        heard.add("lost " + partitions);
      }
    };
  }
}
