package io.clusterdb.tasks.cli;

/**
 * Whether a queue is paused, as JSON shows it.
 *
 * @param queue its name
 * @param paused whether no further job of it starts
 */
record QueueStateShape(String queue, boolean paused) {}
