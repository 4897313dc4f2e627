/** Runs of workflows on Kafka Streams: rows in a store, commands and outcomes in, jobs out. */
@NullMarked
package io.clusterdb.tasks.orchestrator.workflow.topology;

import org.jspecify.annotations.NullMarked;
