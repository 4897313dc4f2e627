package io.clusterdb.tasks.testkit;

import io.clusterdb.tasks.embedded.EmbeddedBroker;

/** A broker that many tests share. */
interface SharedBroker extends AutoCloseable {
  /** Where clients connect. */
  String bootstrap();

  @Override
  void close();

  /** Starts a broker of this kind, or aborts the test visibly where that kind cannot run. */
  static SharedBroker start(TestBroker kind) {
    return switch (kind) {
      case EMBEDDED -> embedded();
      case TESTCONTAINERS -> container();
    };
  }

  /** Loads Testcontainers only when asked for, since few have it on their class path. */
  private static SharedBroker container() {
    try {
      return ContainerBroker.start();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "expected org.testcontainers:testcontainers-kafka on the class path for broker ="
              + " TESTCONTAINERS, found none ("
              + e.getMessage()
              + " is missing). Add it at test scope.",
          e);
    }
  }

  private static SharedBroker embedded() {
    EmbeddedBroker broker = EmbeddedBroker.builder().ephemeral().start();
    return new SharedBroker() {
      @Override
      public String bootstrap() {
        return broker.bootstrap();
      }

      @Override
      public void close() {
        broker.close();
      }
    };
  }
}
