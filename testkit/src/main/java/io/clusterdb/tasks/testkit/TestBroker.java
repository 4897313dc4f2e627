package io.clusterdb.tasks.testkit;

/** The broker that tests run on. */
public enum TestBroker {
  /** A real broker in the tests' own JVM, started once for all of them. Needs nothing else. */
  EMBEDDED,
  /**
   * Kafka's own image in a container, started once for all tests of the JVM, by Testcontainers,
   * which must be on the class path ({@code org.testcontainers:testcontainers-kafka}). Where no
   * Docker engine answers, the tests are skipped and say so.
   */
  TESTCONTAINERS
}
