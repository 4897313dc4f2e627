package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks queue}: the commands about queues. */
@Command(name = "queue", description = "Creates and lists queues.")
final class QueueCommand {}
