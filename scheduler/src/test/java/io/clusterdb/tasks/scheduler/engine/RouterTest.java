package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.streams.routing.KnownTopics;
import io.clusterdb.tasks.streams.routing.Route;
import io.clusterdb.tasks.streams.routing.Router;
import io.clusterdb.tasks.topic.TopicNames;
import org.junit.jupiter.api.Test;

class RouterTest {
  private final FakeCatalog catalog = new FakeCatalog("mail");
  private final FakeTopics topics =
      new FakeTopics().with("tasks.mail", 1_000).with("tasks.mail.high", 1_000);
  private final Router router =
      new Router(new TopicNames("tasks"), new KnownQueues(catalog, () -> 0), topics);

  @Test
  void aJobGoesToItsLane() {
    assertThat(router.decide("mail", Priority.HIGH, 10)).isEqualTo(new Route.To("tasks.mail.high"));
    assertThat(router.decide("mail", Priority.NORMAL, 10)).isEqualTo(new Route.To("tasks.mail"));
  }

  @Test
  void aLaneThatTheQueueDoesNotHaveIsTheNormalOne() {
    assertThat(router.decide("mail", Priority.LOW, 10)).isEqualTo(new Route.To("tasks.mail"));
  }

  @Test
  void aJobOfADeletedQueueIsRefusedWithTheNextStep() {
    assertThat(router.decide("gone", Priority.NORMAL, 10))
        .isInstanceOfSatisfying(
            Route.Refuse.class,
            refuse -> {
              assertThat(refuse.code()).isEqualTo(ErrorCode.QUEUE_NOT_FOUND);
              assertThat(refuse.reason()).contains("queue gone", "Create the queue");
            });
  }

  @Test
  void aJobWaitsForATopicThatTheCatalogPromises() {
    topics.drop("tasks.mail");
    assertThat(router.decide("mail", Priority.NORMAL, 10))
        .isInstanceOfSatisfying(
            Route.Wait.class, wait -> assertThat(wait.reason()).contains("tasks.mail"));
  }

  @Test
  void aJobWaitsWhileTheBrokersDoNotAnswer() {
    topics.with("tasks.mail", KnownTopics.UNKNOWN);
    assertThat(router.decide("mail", Priority.NORMAL, 10)).isInstanceOf(Route.Wait.class);
  }

  @Test
  void aRecordThatItsTopicDoesNotTakeIsRefused() {
    assertThat(router.decide("mail", Priority.NORMAL, 1_000)).isInstanceOf(Route.To.class);
    assertThat(router.decide("mail", Priority.NORMAL, 1_001))
        .isInstanceOfSatisfying(
            Route.Refuse.class,
            refuse -> assertThat(refuse.reason()).contains("at most 1000 bytes, found 1001"));
  }
}
