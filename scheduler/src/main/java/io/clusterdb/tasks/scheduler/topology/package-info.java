/** The scheduler's Kafka Streams topology: a thin adapter around the engine. */
@NullMarked
package io.clusterdb.tasks.scheduler.topology;

import org.jspecify.annotations.NullMarked;
