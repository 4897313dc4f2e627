package io.clusterdb.tasks.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class BrokerWatchTest {
  private final List<String> levels = new ArrayList<>();
  private long now;
  private final BrokerWatch watch =
      new BrokerWatch(logger(), "the worker of queue a", "127.0.0.1:1", () -> now);

  /** Keeps the levels of what is said. */
  private Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              levels.add(method.getName());
              return null;
            });
  }

  private void silentAt(long seconds) {
    now = TimeUnit.SECONDS.toNanos(seconds);
    watch.silent();
  }

  @Test
  void saysNothingOfARestart() {
    silentAt(0);
    silentAt(4);
    watch.answered();
    assertThat(levels).isEmpty();
  }

  @Test
  void warnsSeldomerTheLongerItLasts() {
    for (long second = 0; second <= 3_600; second += 3) {
      silentAt(second);
    }
    assertThat(levels).hasSizeBetween(8, 14).containsOnly("warn");
  }

  @Test
  void saysOnceThatABrokerIsBackAndThenCountsAnew() {
    silentAt(0);
    silentAt(10);
    watch.answered();
    watch.answered();
    assertThat(levels).containsExactly("warn", "info");
    silentAt(20);
    silentAt(24);
    assertThat(levels).hasSize(2);
    silentAt(26);
    assertThat(levels).containsExactly("warn", "info", "warn");
  }
}
