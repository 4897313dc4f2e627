package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class ThreadOffsetsTest {
  private static final TopicPartition MAIL = new TopicPartition("tasks.mail", 0);
  private static final TopicPartition NEWS = new TopicPartition("tasks.news", 0);

  private static final TopicPartition OWN = new TopicPartition("tasks.service-own", 0);

  private final ThreadOffsets offsets = new ThreadOffsets(OWN::equals);
  private final Map<TopicPartition, TaskId> tasks = new HashMap<>();

  @Test
  void onlyWhatHasChangedIsSent() {
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(1), NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(2), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(2)));
    offsets.committed();
    OffsetAndMetadata told = new OffsetAndMetadata(5, "told");
    assertThat(send(Map.of(MAIL, at(2), NEWS, told))).isEqualTo(Map.of(NEWS, told));
  }

  @Test
  void whatWasNotCommittedIsSentAgain() {
    send(Map.of(MAIL, at(1)));
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(1), NEWS, at(5)));
    send(Map.of(NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(1)));
  }

  @Test
  void whereNothingHasChangedWhatChangedLastShowsWhoCommits() {
    send(Map.of(NEWS, at(5)));
    offsets.committed();
    send(Map.of(MAIL, at(1)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(1)));
    offsets.committed();
    send(Map.of(NEWS, at(6)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(6)))).isEqualTo(Map.of(NEWS, at(6)));
    offsets.committed();
    assertThat(send(Map.of())).isEqualTo(Map.of(NEWS, at(6)));
  }

  @Test
  void eachTaskThatCommitsHoldsItsNextOwnerUp() {
    tasks.put(MAIL, new TaskId(0, 0));
    tasks.put(NEWS, new TaskId(1, 0));
    send(Map.of(MAIL, at(1), NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(2), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(2), NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(2), NEWS, at(5)))).isEqualTo(Map.of(MAIL, at(2), NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(NEWS, at(5)))).as("those that do").isEqualTo(Map.of(NEWS, at(5)));
  }

  @Test
  void whatGoesAlongIsOfATopicThatLastsIfThereIsOne() {
    send(Map.of(OWN, at(3)));
    offsets.committed();
    send(Map.of(MAIL, at(1), NEWS, at(5)));
    offsets.committed();
    assertThat(send(Map.of(MAIL, at(1), NEWS, at(5), OWN, at(3)))).isEqualTo(Map.of(OWN, at(3)));
  }

  @Test
  void whoReadNothingYetShowsWhatWasFound() {
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>(Map.of(MAIL, at(4)));
    found.put(NEWS, null);
    offsets.found(found);
    assertThat(send(Map.of())).isEqualTo(Map.of(MAIL, at(4)));
    assertThat(send(Map.of(MAIL, at(4)))).isEqualTo(Map.of(MAIL, at(4)));
  }

  @Test
  void whatMayHaveBeenCommittedIsNotWoundBack() {
    send(Map.of(MAIL, at(1)));
    offsets.committed();
    send(Map.of(MAIL, at(2))); // No answer: brokers have one or the other.
    assertThat(send(Map.of())).isEmpty();
    assertThat(offsets.settled(MAIL)).as("nothing was read").isTrue();
    offsets.found(Map.of(MAIL, at(2)));
    assertThat(send(Map.of())).isEqualTo(Map.of(MAIL, at(2)));
  }

  @Test
  void whereATopicIsAnotherOfItsNameNothingIsSettled() {
    offsets.read(Reads.of(MAIL, 99));
    send(Map.of(MAIL, at(100)));
    offsets.committed();
    assertThat(offsets.settled(MAIL)).isTrue();
    offsets.read(Reads.of(MAIL, 2));
    assertThat(offsets.settled(MAIL)).isFalse();
  }

  @Test
  void whatHasGoneIsNeverSent() {
    send(Map.of(MAIL, at(1), NEWS, at(5)));
    offsets.committed();
    assertThat(offsets.toSend(Map.of(MAIL, at(2), NEWS, at(6)), MAIL::equals, tasks::get))
        .isEqualTo(Map.of(NEWS, at(6)));
    offsets.committed();
    assertThat(offsets.toSend(Map.of(MAIL, at(2), NEWS, at(6)), MAIL::equals, tasks::get))
        .isEqualTo(Map.of(NEWS, at(6)));
    offsets.committed();
    assertThat(offsets.toSend(Map.of(MAIL, at(2)), MAIL::equals, tasks::get))
        .as("the group is asked whether the thread is its member")
        .isEqualTo(Map.of(NEWS, at(6)));
  }

  @Test
  void aPartitionIsSettledWhenAllThatWasReadThereIsCommitted() {
    assertThat(offsets.settled(MAIL)).as("nothing was read").isTrue();
    offsets.read(Reads.of(MAIL, 7));
    assertThat(offsets.settled(MAIL)).isFalse();
    send(Map.of(MAIL, at(7)));
    offsets.committed();
    assertThat(offsets.settled(MAIL)).as("the record at 7 is not worked on").isFalse();
    send(Map.of(MAIL, at(8)));
    assertThat(offsets.settled(MAIL)).as("not committed").isFalse();
    offsets.committed();
    assertThat(offsets.settled(MAIL)).isTrue();
  }

  @Test
  void whatIsForgottenIsSentAgain() {
    offsets.read(Reads.of(MAIL, 0));
    send(Map.of(MAIL, at(1)));
    offsets.committed();
    offsets.forget(List.of(MAIL));
    assertThat(offsets.hasRead(MAIL)).isFalse();
    assertThat(send(Map.of(MAIL, at(1)))).isEqualTo(Map.of(MAIL, at(1)));
  }

  private Map<TopicPartition, OffsetAndMetadata> send(
      Map<TopicPartition, OffsetAndMetadata> wanted) {
    return offsets.toSend(wanted, partition -> false, tasks::get);
  }

  private static OffsetAndMetadata at(long offset) {
    return new OffsetAndMetadata(offset);
  }
}
