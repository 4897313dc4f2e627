/** Decides what schedules fire. Pure: no Kafka, no clock, no chance. */
@NullMarked
package io.clusterdb.tasks.scheduler.schedule.engine;

import org.jspecify.annotations.NullMarked;
