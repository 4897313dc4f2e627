package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class GoneTopicsTest {
  private static final TopicPartition MAIL = new TopicPartition("tasks.mail.retry", 0);
  private static final TopicPartition NEWS = new TopicPartition("tasks.news.retry", 0);

  private static final TaskId TASK = new TaskId(0, 0);
  private static final TaskId OTHER = new TaskId(0, 1);

  private final List<String> heard = new ArrayList<>();
  private Set<String> subscription = Set.of(MAIL.topic(), NEWS.topic());
  private final AtomicInteger code = new AtomicInteger();
  private boolean missing;
  private Set<TopicPartition> assignment = Set.of(MAIL, NEWS);
  private final TaskInputs inputs = new TaskInputs(topic -> false);
  private final GoneTopics topics =
      new GoneTopics(
          new LeavingPartitions(listener(), inputs),
          () -> subscription,
          () -> assignment,
          inputs,
          new Misses(code));

  @Test
  void aTaskThatAnotherInstanceTakesIsRevokedWithAllThatItReads() {
    inputs.assigned(Map.of(MAIL, TASK, NEWS, TASK));
    topics.onPartitionsRevoked(List.of(MAIL, NEWS));
    assertThat(heard).containsExactly("revoked " + Set.of(MAIL, NEWS));
    assertThat(inputs.anyGone()).isFalse();
    assertThat(topics.take()).isEmpty();
  }

  @Test
  void aPartitionWhoseTopicWasDeletedIsKeptByItsTask() {
    inputs.assigned(Map.of(MAIL, TASK, NEWS, TASK));
    readOne(MAIL);
    commit(MAIL, 1);
    subscription = Set.of(NEWS.topic());
    topics.onPartitionsRevoked(List.of(MAIL));
    assertThat(heard).isEmpty();
    assertThat(inputs.gone(MAIL)).isTrue();
    assertThat(topics.take()).isEmpty();

    assignment = Set.of(NEWS);
    topics.onPartitionsRevoked(List.of(NEWS));
    assertThat(heard).as("as the task knows it").containsExactly("revoked " + Set.of(MAIL, NEWS));
  }

  @Test
  void aDeletionThatOnlyTheOneThatAssignsKnowsOfIsFoundAsWell() {
    inputs.assigned(Map.of(MAIL, TASK, NEWS, TASK));
    topics.onPartitionsRevoked(List.of(MAIL));
    assertThat(heard).isEmpty();
    assertThat(inputs.gone(MAIL)).isTrue();
  }

  @Test
  void aTaskThatReadNothingElseIsRevoked() {
    inputs.assigned(Map.of(MAIL, OTHER, NEWS, TASK));
    subscription = Set.of(NEWS.topic());
    topics.onPartitionsRevoked(List.of(MAIL));
    assertThat(heard).containsExactly("revoked " + Set.of(MAIL));
    assertThat(inputs.gone(MAIL)).as("is in no commit").isTrue();
  }

  @Test
  void allIsLostAndToldOnceWhereWhatWasReadIsNotCommitted() {
    inputs.assigned(Map.of(MAIL, TASK, NEWS, TASK));
    readOne(MAIL);
    subscription = Set.of(NEWS.topic());
    topics.onPartitionsRevoked(List.of(MAIL));
    assertThat(heard).containsExactly("lost " + List.of(MAIL));
    assertThat(topics.take()).containsExactly(MAIL.topic());
    assertThat(topics.take()).isEmpty();
    assertThat(inputs.anyGone()).isFalse();
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

  private void readOne(TopicPartition partition) {
    inputs.offsets().read(Reads.of(partition, 0));
  }

  private void commit(TopicPartition partition, long offset) {
    inputs.toSend(Map.of(partition, new OffsetAndMetadata(offset)));
    inputs.offsets().committed();
  }

  private ConsumerRebalanceListener listener() {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        heard.add("revoked " + Set.copyOf(partitions));
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
