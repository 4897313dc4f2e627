package io.clusterdb.tasks.embedded;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the first fatal fault of a node. Kafka's own handler halts the process, which is no way to
 * treat an application or a test run that only embeds the broker.
 */
final class FaultRecorder implements FaultHandlerFactory {
  private static final Logger log = LoggerFactory.getLogger(FaultRecorder.class);

  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
  private final Consumer<Throwable> listener;

  /**
   * @param listener is told of the first fatal fault, on the thread that met it
   */
  FaultRecorder(Consumer<Throwable> listener) {
    this.listener = listener;
  }

  Optional<Throwable> fatal() {
    return Optional.ofNullable(first.get());
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return (message, cause) -> {
      RuntimeException fault = new RuntimeException(name + ": " + message, cause);
      action.run();
      if (!fatal) {
        log.warn("Kafka reports a fault in {}: {}", name, message, cause);
      } else if (first.compareAndSet(null, fault)) {
        log.error("Kafka reports a fatal fault in {}: {}", name, message, cause);
        listener.accept(fault);
      }
      return fault;
    };
  }
}
