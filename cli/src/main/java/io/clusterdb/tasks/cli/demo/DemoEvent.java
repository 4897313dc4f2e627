package io.clusterdb.tasks.cli.demo;

import io.clusterdb.tasks.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the demonstration needs of an event of the log.
 *
 * @param at when it happened
 * @param jobId the job
 * @param run its run
 * @param state state of the run from then on
 * @param attempt attempt, from 1
 * @param createdAt when the job was enqueued
 * @param startedAt when the attempt's handler started; null if none did
 * @param nextAttemptAt when the next attempt is due; null if there is none
 * @param error type of the error; null for none
 * @param result what the handler returned, as JSON; null for nothing
 */
public record DemoEvent(
    Instant at,
    String jobId,
    String run,
    JobState state,
    int attempt,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant nextAttemptAt,
    @Nullable String error,
    @Nullable String result) {}
