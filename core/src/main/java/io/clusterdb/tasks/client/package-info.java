/** The managers on Kafka, and what the platform's own processes share of a connection. */
@NullMarked
package io.clusterdb.tasks.client;

import org.jspecify.annotations.NullMarked;
