package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks batch}: the commands about batches. */
@Command(
    name = "batch",
    description = "Shows how batches of jobs are getting on; 'enqueue --batch' makes them.")
final class BatchCommand {}
