package io.clusterdb.tasks.orchestrator.alerts.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a queue is getting on; null for what is not known now.
 *
 * @param paused whether an operator wants it left alone
 * @param depth jobs that wait or run
 * @param errorRate part of the attempts of the last minute that failed, from 0 to 1
 * @param oldestSeconds age of the oldest job that is not done; 0 where there is none
 * @param workers processes that take its jobs
 */
public record Reading(
    boolean paused,
    @Nullable Long depth,
    @Nullable Double errorRate,
    @Nullable Double oldestSeconds,
    @Nullable Integer workers) {}
