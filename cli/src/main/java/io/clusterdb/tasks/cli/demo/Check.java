package io.clusterdb.tasks.cli.demo;

/**
 * Something that the demonstration claims.
 *
 * @param claim what is to hold
 * @param holds whether it does
 * @param found what the event log says
 */
public record Check(String claim, boolean holds, String found) {}
