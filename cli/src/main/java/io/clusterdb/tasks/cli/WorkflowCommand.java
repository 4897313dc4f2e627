package io.clusterdb.tasks.cli;

import picocli.CommandLine.Command;

/** {@code tasks workflow}: the commands about runs of workflows. */
@Command(
    name = "workflow",
    description = {
      "Starts runs of workflows, shows how they are getting on, and steers them.",
      "",
      "Workflows are made by 'tasks apply' or from Java."
    })
final class WorkflowCommand {}
