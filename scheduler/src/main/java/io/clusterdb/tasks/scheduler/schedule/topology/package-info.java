/** Runs the schedules' engine on Kafka Streams: its inputs, its store, what it sends. */
@NullMarked
package io.clusterdb.tasks.scheduler.schedule.topology;

import org.jspecify.annotations.NullMarked;
