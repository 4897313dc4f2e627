package io.clusterdb.tasks.orchestrator.alerts.engine;

import java.time.Instant;

/**
 * What time it is.
 *
 * @param at for people
 * @param nanos for durations: of a monotonic clock, whose zero says nothing
 */
public record Now(Instant at, long nanos) {}
