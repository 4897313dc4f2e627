package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueueSignalTest {
  private final QueueSignal signal = new QueueSignal(catalog("a"));

  private static CatalogSnapshot catalog(String... names) {
    Map<String, Queue> queues = new HashMap<>();
    for (String name : names) {
      queues.put(name, Queue.named(name).build());
    }
    return new CatalogSnapshot(1, queues, Map.of(), Set.of());
  }

  @Test
  void countsQueuesThatComeAndNoOtherChange() {
    signal.changed(catalog("a"));
    assertThat(signal.changes()).isZero();
    signal.changed(catalog("a", "b"));
    assertThat(signal.changes()).isEqualTo(1);
    signal.changed(catalog("b"));
    assertThat(signal.changes()).isEqualTo(1);
    signal.changed(catalog("a", "b", "c"));
    assertThat(signal.changes()).isEqualTo(2);
  }
}
