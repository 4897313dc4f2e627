package io.clusterdb.tasks.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PartStackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
  private final PartStack parts = new PartStack();

  @Test
  void closesInReverseOrderAndOnlyOnce() {
    parts.add("broker", PATIENCE, () -> closed.add("broker"));
    parts.add("registry", PATIENCE, () -> closed.add("registry"));

    parts.close();
    parts.close();

    assertThat(closed).containsExactly("registry", "broker");
  }

  @Test
  void goesOnWhenAPartFails() {
    parts.add("broker", PATIENCE, () -> closed.add("broker"));
    parts.add(
        "registry",
        PATIENCE,
        () -> {
          throw new IllegalStateException("expected by this test");
        });

    parts.close();

    assertThat(closed).containsExactly("broker");
  }

  @Test
  void goesOnWhenAPartHangs() {
    CountDownLatch never = new CountDownLatch(1);
    parts.add("broker", PATIENCE, () -> closed.add("broker"));
    parts.add("registry", Duration.ofMillis(10), never::await);

    parts.close();
    never.countDown();

    assertThat(closed).containsExactly("broker");
  }

  @Test
  void closesAllEvenWhenInterrupted() {
    parts.add("broker", PATIENCE, () -> closed.add("broker"));
    parts.add("registry", PATIENCE, () -> closed.add("registry"));

    Thread.currentThread().interrupt();
    parts.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(closed).containsExactly("registry", "broker");
  }
}
