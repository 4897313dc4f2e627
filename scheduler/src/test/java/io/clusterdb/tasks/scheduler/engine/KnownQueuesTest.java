package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.streams.routing.KnownQueues.Presence;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownQueuesTest {
  private final FakeCatalog catalog = new FakeCatalog("mail");
  private final AtomicLong nanos = new AtomicLong();
  private final KnownQueues queues = new KnownQueues(catalog, nanos::get);

  @Test
  void aQueueOfTheLiveViewCostsNoLook() {
    int before = catalog.looks();
    assertThat(queues.find("mail")).isEqualTo(Presence.PRESENT);
    assertThat(catalog.looks()).isEqualTo(before);
  }

  @Test
  void aQueueThatWasJustCreatedIsFound() {
    catalog.create("new");
    assertThat(queues.find("new")).isEqualTo(Presence.PRESENT);
  }

  @Test
  void manyJobsOfADeletedQueueCostOneLook() {
    int before = catalog.looks();
    for (int i = 0; i < 1_000; i++) {
      assertThat(queues.find("gone")).isEqualTo(Presence.ABSENT);
    }
    assertThat(catalog.looks()).isEqualTo(before + 1);
  }

  @Test
  void anAbsentQueueIsLookedForAgainAfterAWhile() {
    assertThat(queues.find("late")).isEqualTo(Presence.ABSENT);
    catalog.create("late");
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(queues.find("late")).isEqualTo(Presence.PRESENT);
  }

  @Test
  void aCatalogThatCannotBeReadSaysNothing() {
    catalog.unreachable(true);
    assertThat(queues.find("new")).isEqualTo(Presence.UNKNOWN);
    catalog.unreachable(false);
    assertThat(queues.find("new")).isEqualTo(Presence.ABSENT);
  }

  @Test
  void aJobThatNamesNoQueueHasTheDefaultOne() {
    assertThat(queues.queueOf("AnyType")).isEqualTo("default");
  }
}
