/** The scheduler's decisions, without Kafka: what is due, and where it goes. */
@NullMarked
package io.clusterdb.tasks.scheduler.engine;

import org.jspecify.annotations.NullMarked;
