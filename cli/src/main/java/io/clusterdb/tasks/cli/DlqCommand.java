package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks dlq}: the commands about dead letters. */
@Command(name = "dlq", description = "Lists, shows, replays and purges dead letters.")
final class DlqCommand {}
