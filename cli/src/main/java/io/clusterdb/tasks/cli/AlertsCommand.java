package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.AlertJson;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tasks alerts}. */
@Command(
    name = "alerts",
    description = {
      "Lists the alerts on queues that fire, and those that were over in the last week.",
      "",
      "When they fire is said by monitoring.alerts of the file that tasks apply takes."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks alerts", "  tasks alerts --firing --output json"})
final class AlertsCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--firing", description = "Only those that fire; exits with 1 if there are any.")
  private boolean firing;

  AlertsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Alert> alerts;
    try (Tasks tasks = context.connect()) {
      alerts = tasks.alerts().stream().filter(each -> !firing || isFiring(each)).toList();
    }
    if (context.options().json()) {
      context.terminal().json(alerts.stream().map(AlertJson::of).toList());
    } else {
      print(alerts);
    }
    return firing && !alerts.isEmpty() ? ExitCodes.FAILED : ExitCodes.DONE;
  }

  private static boolean isFiring(Alert alert) {
    return alert.state() == Alert.State.FIRING;
  }

  private void print(List<Alert> alerts) {
    if (alerts.isEmpty()) {
      context.terminal().say(firing ? "no alert fires" : "there are no alerts");
      return;
    }
    TextTable table = new TextTable("ALERT", "QUEUE", "STATE", "SINCE", "UNTIL", "WHAT");
    for (Alert alert : alerts) {
      table.row(
          alert.rule(),
          alert.queue(),
          alert.state(),
          alert.firedAt(),
          alert.resolvedAt(),
          alert.summary());
    }
    table.print(context.terminal());
    alerts.stream()
        .filter(AlertsCommand::isFiring)
        .forEach(alert -> context.terminal().say(alert.key() + ": " + alert.next()));
  }
}
