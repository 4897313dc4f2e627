package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class TaskInputsTest {
  private static final TopicPartition MAIL = new TopicPartition("tasks.mail", 0);
  private static final TopicPartition NEWS = new TopicPartition("tasks.news", 0);
  private static final TopicPartition EVENTS = new TopicPartition("tasks.events", 0);
  private static final TaskId JOBS = new TaskId(0, 0);
  private static final TaskId STATES = new TaskId(1, 0);

  private final TaskInputs inputs = new TaskInputs(topic -> false);

  @Test
  void aTaskKeepsWhatItReadFromATopicThatWasDeleted() {
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS, EVENTS, STATES));
    inputs.offsets().read(Reads.of(MAIL, 0));
    inputs.deleted(List.of(MAIL));
    assertThat(inputs.gone(MAIL)).isTrue();
    assertThat(inputs.assigned(Map.of(NEWS, JOBS, EVENTS, STATES)))
        .isEqualTo(Map.of(MAIL, JOBS, NEWS, JOBS, EVENTS, STATES));
    assertThat(inputs.assigned(Map.of(NEWS, JOBS)))
        .as("also later")
        .isEqualTo(Map.of(MAIL, JOBS, NEWS, JOBS));
    assertThat(inputs.gone(MAIL)).isTrue();
  }

  @Test
  void aTaskLosesWhatItReadNothingFrom() {
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS));
    inputs.deleted(List.of(MAIL));
    assertThat(inputs.gone(MAIL)).as("until the next assignment").isTrue();
    assertThat(inputs.assigned(Map.of(NEWS, JOBS))).isEqualTo(Map.of(NEWS, JOBS));
    assertThat(inputs.anyGone()).isFalse();
  }

  @Test
  void aTaskThatGoesKeepsNothing() {
    keepMail();
    assertThat(inputs.assigned(Map.of(EVENTS, STATES))).isEqualTo(Map.of(EVENTS, STATES));
    assertThat(inputs.anyGone()).isFalse();
    assertThat(inputs.assigned(Map.of(NEWS, JOBS, EVENTS, STATES)))
        .as("as it comes back")
        .isEqualTo(Map.of(NEWS, JOBS, EVENTS, STATES));
  }

  @Test
  void aTopicThatIsMadeAgainHasGoneUntilSomethingIsReadThere() {
    keepMail();
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS));
    assertThat(inputs.gone(MAIL)).isTrue();
    inputs.back(Set.of(MAIL));
    assertThat(inputs.anyGone()).isFalse();
    assertThat(inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS)))
        .isEqualTo(Map.of(MAIL, JOBS, NEWS, JOBS));
  }

  @Test
  void aTopicThatIsDeletedAgainBeforeAnythingWasReadThereIsKept() {
    keepMail();
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS));
    assertThat(inputs.unsettled(List.of(MAIL))).isEmpty();
    inputs.deleted(List.of(MAIL));
    assertThat(inputs.assigned(Map.of(NEWS, JOBS))).containsKey(MAIL);
  }

  /** A poll that brings nothing of it counts as well: see SignalledConsumer. */
  @Test
  void aTopicThatIsDeletedAgainBeforeAnyRecordCameIsKept() {
    keepMail();
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS));
    inputs.back(Set.of(MAIL));
    inputs.deleted(List.of(MAIL));
    assertThat(inputs.assigned(Map.of(NEWS, JOBS))).containsKey(MAIL);
    assertThat(inputs.gone(MAIL)).isTrue();
  }

  @Test
  void tasksThatGoWithAllTheirPartitionsLeaveWithThoseTheyKept() {
    keepMail();
    Set<TopicPartition> assigned = Set.of(NEWS, EVENTS);
    assertThat(inputs.leaving(List.of(NEWS), assigned)).containsExactlyInAnyOrder(MAIL, NEWS);
    assertThat(inputs.leaving(List.of(EVENTS), assigned)).containsExactly(EVENTS);
  }

  @Test
  void aTaskThatKeepsAPartitionDoesNotLeave() {
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS, EVENTS, STATES));
    assertThat(inputs.leaving(List.of(MAIL, EVENTS), Set.of(MAIL, NEWS, EVENTS)))
        .containsExactly(EVENTS);
  }

  @Test
  void nothingIsKnownOnceAllTasksAreClosed() {
    keepMail();
    inputs.clear();
    assertThat(inputs.anyGone()).isFalse();
    assertThat(inputs.assigned(Map.of(NEWS, JOBS))).isEqualTo(Map.of(NEWS, JOBS));
  }

  private void keepMail() {
    inputs.assigned(Map.of(MAIL, JOBS, NEWS, JOBS, EVENTS, STATES));
    inputs.offsets().read(Reads.of(MAIL, 0));
    inputs.deleted(List.of(MAIL));
    inputs.assigned(Map.of(NEWS, JOBS, EVENTS, STATES));
  }
}
