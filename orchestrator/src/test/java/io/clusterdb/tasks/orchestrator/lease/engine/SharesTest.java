package io.clusterdb.tasks.orchestrator.lease.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static final List<String> THREE = List.of("h:1", "h:2", "h:3");

  @Test
  void allThatKnowTheSameInstancesAgree() {
    assertThat(Shares.order("orders", List.of("h:3", "h:1", "h:2")))
        .isEqualTo(Shares.order("orders", THREE));
  }

  @Test
  void oneThatGoesMovesItsOwnQueuesAlone() {
    for (int i = 0; i < 500; i++) {
      List<String> before = Shares.order("queue-" + i, THREE);
      List<String> after = Shares.order("queue-" + i, List.of("h:1", "h:2"));
      assertThat(after).isEqualTo(before.stream().filter(THREE.subList(0, 2)::contains).toList());
    }
  }

  @Test
  void eachInstanceHasItsShareOfTheQueues() {
    Map<String, Long> first =
        IntStream.range(0, 3_000)
            .mapToObj(i -> Shares.order("queue-" + i, THREE).getFirst())
            .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    assertThat(first.values()).hasSize(3).allMatch(count -> count > 800);
  }
}
