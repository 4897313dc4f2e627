package io.clusterdb.tasks.orchestrator.lease;

import java.time.Duration;

/**
 * What a caller asks for.
 *
 * @param most jobs at once, at least 1
 * @param within how long it waits for the first
 * @param duration how long it may have a job before it says something of it
 */
record Wish(int most, Duration within, Duration duration) {}
