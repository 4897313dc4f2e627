package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks queue}: the commands about queues. */
@Command(name = "queue", description = "Creates, lists, watches, pauses, grows and deletes queues.")
final class QueueCommand {}
