package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.JobHandler;

/**
 * A handler with what its payload is read as.
 *
 * @param payload class of the payload
 * @param handler the user's code
 */
public record HandlerBinding<T>(Class<T> payload, JobHandler<T> handler) {}
