package io.clusterdb.tasks.it;

import io.clusterdb.tasks.embedded.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One broker for all tests of a JVM that ask for it, and a connection of its own for each test. */
final class SharedBroker implements BeforeEachCallback, AfterEachCallback {
  private @Nullable BrokerClient client;

  @Override
  public void beforeEach(ExtensionContext context) {
    client =
        new BrokerClient(
            context
                .getRoot()
                .getStore(Namespace.create(SharedBroker.class))
                .computeIfAbsent(
                    EmbeddedBroker.class,
                    any -> EmbeddedBroker.builder().ephemeral().start(), // closed with the store
                    EmbeddedBroker.class));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    client().close();
  }

  /** The test's connection. */
  BrokerClient client() {
    if (client == null) {
      throw new IllegalStateException("expected to be asked within a test");
    }
    return client;
  }
}
