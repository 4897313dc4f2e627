package io.clusterdb.tasks;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of a job that has ended. Immutable.
 *
 * @param number its number, from 1
 * @param state what came of it: RETRYING where another attempt followed, else how the run ended
 * @param at when it ended; null if unknown
 * @param startedAt when its handler started; null where none did, or if unknown
 * @param duration how long its handler worked; null where none did, or if unknown
 * @param worker the instance that ran it; null if unknown
 * @param error why it failed; null if it did not
 * @param stackTrace where in the handler it failed, with causes, or where it stood when its time
 *     was up; null if it did not fail, or nothing is known
 * @param note remark for people, such as why no other attempt followed; null for none
 */
public record JobAttempt(
    int number,
    JobState state,
    @Nullable Instant at,
    @Nullable Instant startedAt,
    @Nullable Duration duration,
    @Nullable String worker,
    @Nullable JobFailure error,
    @Nullable String stackTrace,
    @Nullable String note) {}
