package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.Router.Route;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final Queue DEFAULT = Queue.named("default").build();
  private static final Queue ORDERS = Queue.named("orders").build();
  private static final Queue KEYED = Queue.named("keyed").ordering(Ordering.KEY).build();
  private static final CatalogSnapshot CATALOG =
      new CatalogSnapshot(
          1,
          Map.of("default", DEFAULT, "orders", ORDERS, "keyed", KEYED),
          Map.of(
              "ProcessOrder", TaskDefinition.of("ProcessOrder").queue("orders"),
              "Lost", TaskDefinition.of("Lost").queue("gone")),
          Set.of());

  private final Router router = new Router(new TopicNames("tasks"));

  @Test
  void aJobGoesToTheQueueThatItNames() {
    assertThat(router.route(CATALOG, Job.of("ProcessOrder").queue("default").build()))
        .isEqualTo(new Route(DEFAULT, "tasks.default", false));
  }

  @Test
  void withoutOneItGoesToItsTypesQueueElseToDefault() {
    assertThat(router.route(CATALOG, Job.of("ProcessOrder").build()))
        .isEqualTo(new Route(ORDERS, "tasks.orders", false));
    assertThat(router.route(CATALOG, Job.of("Unheard").build()))
        .isEqualTo(new Route(DEFAULT, "tasks.default", false));
  }

  @Test
  void aPriorityIsALane() {
    assertThat(router.route(CATALOG, Job.of("ProcessOrder").priority(Priority.HIGH).build()))
        .isEqualTo(new Route(ORDERS, "tasks.orders.high", false));
  }

  @Test
  void aJobForLaterWaitsElsewhere() {
    assertThat(
            router.route(
                CATALOG,
                Job.of("ProcessOrder").schedule(Schedule.after(Duration.ofMinutes(5))).build()))
        .isEqualTo(new Route(ORDERS, "tasks.delayed", true));
  }

  @Test
  void aQueueThatOrdersByKeyRefusesPriorities() {
    assertThatThrownBy(
            () -> router.route(CATALOG, Job.of("a").queue("keyed").priority(Priority.LOW).build()))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_JOB))
        .hasMessageContaining("keyed");
  }

  @Test
  void aMissingQueueIsExplained() {
    Job named = Job.of("a").queue("nowhere").build();
    assertThat(router.route(CATALOG, named)).isNull();
    assertThat(Router.notFound(CATALOG, named))
        .hasMessageContaining("tasks queue create nowhere")
        .extracting(TasksException::code)
        .isEqualTo(ErrorCode.QUEUE_NOT_FOUND);
    assertThat(Router.notFound(CATALOG, Job.of("Lost").build()))
        .hasMessageContaining("queue gone")
        .hasMessageContaining("type Lost is registered");
    assertThat(Router.notFound(CatalogSnapshot.EMPTY, Job.of("a").build()))
        .hasMessageContaining("no registered type");
  }
}
