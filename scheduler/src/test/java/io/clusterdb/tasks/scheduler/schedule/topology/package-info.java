/** Tests of the schedules' topology. */
@NullMarked
package io.clusterdb.tasks.scheduler.schedule.topology;

import org.jspecify.annotations.NullMarked;
