/** Middleware around handlers: what queues and processors declare, made into one chain. */
@NullMarked
package io.clusterdb.tasks.worker.middleware;

import org.jspecify.annotations.NullMarked;
