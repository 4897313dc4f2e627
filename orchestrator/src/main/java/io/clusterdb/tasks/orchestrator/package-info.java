/** The orchestrator: state of every job, workflows and the HTTP API, on Kafka Streams. */
@NullMarked
package io.clusterdb.tasks.orchestrator;

import org.jspecify.annotations.NullMarked;
