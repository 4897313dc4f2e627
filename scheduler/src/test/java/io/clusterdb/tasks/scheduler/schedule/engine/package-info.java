/** Tests of the schedules' engine. */
@NullMarked
package io.clusterdb.tasks.scheduler.schedule.engine;

import org.jspecify.annotations.NullMarked;
