package io.clusterdb.tasks;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is told about its job.
 *
 * @param id the job's id
 * @param run the job's run
 * @param type the job's type
 * @param queue the queue that it was taken from
 * @param key its ordering key; null for none
 * @param priority its lane
 * @param attempt this attempt, from 1
 * @param maxAttempts attempts that the policy in force allows, the first included
 * @param createdAt when it was enqueued
 * @param batchId batch that it belongs to; null for none
 * @param metadata what its producer attached
 */
public record JobInfo(
    String id,
    String run,
    String type,
    String queue,
    @Nullable String key,
    Priority priority,
    int attempt,
    int maxAttempts,
    Instant createdAt,
    @Nullable String batchId,
    Map<String, String> metadata) {}
