package io.clusterdb.tasks.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterRetentionTest {
  private static final TopicNames NAMES = new TopicNames("tasks");

  @Test
  void lettersAreKeptAsLongAsTheirQueueKeepsWhatWasConsumedAndAtLeastADay() {
    assertThat(
            DeadLetterRetention.of(
                NAMES, List.of(queue("a", Duration.ofDays(9)), queue("b", Duration.ZERO))))
        .containsEntry("tasks.a.dlq", Duration.ofDays(9))
        .containsEntry("tasks.b.dlq", Duration.ofDays(1))
        .containsEntry("tasks.scheduler.dlq", Duration.ofDays(30))
        .hasSize(3);
  }

  @Test
  void ofQueuesThatShareATopicTheMostPatientDecides() {
    Queue patient = shared(queue("a", Duration.ofDays(40)));
    Queue hasty = shared(queue("b", Duration.ofHours(1)));
    assertThat(DeadLetterRetention.of(NAMES, List.of(patient, hasty)))
        .isEqualTo(DeadLetterRetention.of(NAMES, List.of(hasty, patient)))
        .containsEntry("tasks.both", Duration.ofDays(40));
  }

  private static Queue queue(String name, Duration retention) {
    return Queue.named(name).retention(retention).build();
  }

  private static Queue shared(Queue queue) {
    return queue.toBuilder().deadLetter(DeadLetter.to("both")).build();
  }
}
