package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks job}: the commands about jobs. */
@Command(
    name = "job",
    description = "Shows, lists and cancels jobs, and gives those that ended badly another run.")
final class JobCommand {}
