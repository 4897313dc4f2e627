package io.clusterdb.tasks.orchestrator.tracker.engine;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the handler's work on one attempt. What is not known is null, or 0.
 *
 * @param startedAt when the handler started, in milliseconds since 1970; 0 where none did
 * @param durationMs how long it ran, in milliseconds; -1 while it runs
 * @param worker the instance that ran it
 * @param errorType why it failed, as a plain name
 * @param errorMessage the same for people, shortened
 * @param result what it returned, as JSON text, where that is short
 * @param resultLeftOut whether it returned something that is too long to be kept here
 * @param progress how much is done, from 0 to 1; below 0 where the handler says nothing
 * @param note remark for people
 */
public record Execution(
    long startedAt,
    long durationMs,
    @Nullable String worker,
    @Nullable String errorType,
    @Nullable String errorMessage,
    @Nullable String result,
    boolean resultLeftOut,
    double progress,
    @Nullable String note) {}
