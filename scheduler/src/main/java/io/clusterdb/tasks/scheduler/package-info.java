/** The scheduler service: schedules, delayed jobs, retries, and housekeeping of topics. */
@NullMarked
package io.clusterdb.tasks.scheduler;

import org.jspecify.annotations.NullMarked;
