package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.JobMetrics;
import java.util.function.UnaryOperator;

/**
 * What declared middleware works with.
 *
 * @param metrics where measurements go
 * @param redact applied to a payload's text before it is logged
 * @param ticker measures durations and waits
 */
public record MiddlewareSupport(JobMetrics metrics, UnaryOperator<String> redact, Ticker ticker) {}
