package io.clusterdb.tasks.orchestrator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.http.Endpoint;
import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.UnknownStateStoreException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // these handlers do not look at their calls
class OwnStoresTest {
  @Test
  void storesThatMoveAreNoFailureOfTheService() {
    assertThatThrownBy(() -> answer(new InvalidStateStoreException("rebalancing")))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining("the stores of this instance are moving");
  }

  @Test
  void whatElseFailsStaysAFailure() {
    for (RuntimeException defect :
        List.of(new IllegalStateException("a defect"), new UnknownStateStoreException("no such"))) {
      assertThatThrownBy(() -> answer(defect)).isSameAs(defect);
    }
  }

  private static void answer(RuntimeException thrown) throws Exception {
    Endpoint endpoint =
        OwnStores.get(
            "/internal/some",
            call -> {
              throw thrown;
            });
    endpoint.handler().handle(null);
  }
}
