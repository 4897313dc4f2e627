package io.clusterdb.tasks.orchestrator.live;

import org.jspecify.annotations.Nullable;

/**
 * What a watcher wants to see.
 *
 * @param queue this queue only; null for all
 * @param events whether it wants to see what happens to jobs
 */
public record Watch(@Nullable String queue, boolean events) {}
