package io.clusterdb.tasks.cli;

/** A command that runs until it is stopped, and whose log is of interest. */
interface Service {}
