package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnTransactionsTest {
  private static final String APPLICATION = "tasks.service.scheduler";

  @Test
  void transactionsHaveTheNameOfTheirThread() {
    Map<String, Object> byStreams =
        Map.of(
            "client.id", APPLICATION + "-one-StreamThread-2-producer",
            "transactional.id", APPLICATION + "-6b4c2d1e-2");
    assertThat(OwnTransactions.named(byStreams))
        .containsEntry("transactional.id", APPLICATION + "-one-StreamThread-2")
        .containsEntry("client.id", APPLICATION + "-one-StreamThread-2-producer");
  }

  @Test
  void whereStreamsNamesItsClientsOtherwiseItsOwnIdStays() {
    Map<String, Object> byStreams =
        Map.of("client.id", "another", "transactional.id", APPLICATION + "-6b4c2d1e-2");
    assertThat(OwnTransactions.named(byStreams)).isEqualTo(byStreams);
    assertThat(OwnTransactions.named(Map.of("client.id", "x-producer")))
        .as("a producer without transactions")
        .doesNotContainKey("transactional.id");
  }

  @Test
  void theOwnerOfATransactionIsTheMemberOfItsThread() {
    assertThat(OwnTransactions.memberOf(APPLICATION, APPLICATION + "-one-StreamThread-2"))
        .isEqualTo(APPLICATION + "-one-StreamThread-2-consumer");
  }

  @Test
  void whatIsNoThreadsOfTheApplicationIsLeftAlone() {
    for (String id :
        new String[] {
          "tasks.catalog",
          "tasks.worker.mails.one",
          "tasks.service.retries-one-StreamThread-1",
          APPLICATION + "s-one-StreamThread-1",
          APPLICATION + "-6b4c2d1e-1", // as Kafka Streams names it: who it is cannot be told
          APPLICATION + "-one-StreamThread-",
          APPLICATION + "-y.service.scheduler-one-StreamThread-1",
          "other-" + APPLICATION + "-one-StreamThread-1"
        }) {
      assertThat(OwnTransactions.memberOf(APPLICATION, id)).as(id).isNull();
    }
  }
}
