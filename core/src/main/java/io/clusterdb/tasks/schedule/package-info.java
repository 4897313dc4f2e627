/** When schedules fire: cron expressions, intervals, daylight saving, jitter. Pure. */
@NullMarked
package io.clusterdb.tasks.schedule;

import org.jspecify.annotations.NullMarked;
