package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks schedule}: the commands about schedules. */
@Command(
    name = "schedule",
    description = {
      "Shows, triggers, pauses and deletes schedules, with or without a scheduler that runs.",
      "",
      "Schedules are made by 'tasks apply' or from Java."
    })
final class ScheduleCommand {}
