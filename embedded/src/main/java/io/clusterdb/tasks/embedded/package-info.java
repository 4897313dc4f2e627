/**
 * The whole platform in one JVM, on a real Kafka broker: for development, tests and demonstrations.
 */
@NullMarked
package io.clusterdb.tasks.embedded;

import org.jspecify.annotations.NullMarked;
