package io.clusterdb.tasks;

/**
 * Why an attempt failed.
 *
 * @param type plain name, as retry policies match it
 * @param message for people
 */
public record JobFailure(String type, String message) {}
