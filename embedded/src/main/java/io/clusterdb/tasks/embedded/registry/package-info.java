/**
 * A small schema registry for development: Confluent's REST API for Avro, kept in the compacted
 * topic {@code _schemas} of the platform's own broker.
 */
@NullMarked
package io.clusterdb.tasks.embedded.registry;

import org.jspecify.annotations.NullMarked;
