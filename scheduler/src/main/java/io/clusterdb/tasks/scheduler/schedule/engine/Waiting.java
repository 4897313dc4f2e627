package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.JobId;
import java.time.Instant;

/**
 * A run that waits for the end of the one before it.
 *
 * @param job the job that it will be
 * @param time its planned time, or when somebody asked for it
 * @param planned whether it has a planned time
 */
public record Waiting(JobId job, Instant time, boolean planned) {}
