/** The job tracker on Kafka Streams: a thin adapter around the engine. */
@NullMarked
package io.clusterdb.tasks.orchestrator.tracker.topology;

import org.jspecify.annotations.NullMarked;
