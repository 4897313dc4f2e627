package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks job}: the commands about jobs. */
@Command(name = "job", description = "Cancels jobs.")
final class JobCommand {}
