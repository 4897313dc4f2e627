package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.doctor.ClusterProbe;
import io.clusterdb.tasks.doctor.engine.ClusterFacts;
import io.clusterdb.tasks.doctor.engine.Diagnosis;
import io.clusterdb.tasks.doctor.engine.Finding;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tasks doctor}. */
@Command(
    name = "doctor",
    description = {
      "Says what is wrong with this cluster and how to mend it. Changes nothing.",
      "",
      "Exits with 1 if anything is wrong; what is merely good to know (NOTICE) does not count."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks doctor", "  tasks doctor --output json"})
final class DoctorCommand implements Callable<Integer> {
  private final Context context;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ClusterFacts facts;
    try (Tasks tasks = context.connect()) {
      facts = new ClusterProbe(TasksRuntime.of(tasks)).look();
    }
    List<Finding> findings = Diagnosis.of(facts);
    boolean ok = findings.stream().noneMatch(Finding::wrong);
    if (context.options().json()) {
      context
          .terminal()
          .json(
              new Report(
                  ok,
                  facts.brokers(),
                  facts.queues().size(),
                  facts.topics().size(),
                  findings.stream().map(Shape::of).toList()));
    } else {
      findings.forEach(this::show);
    }
    context
        .terminal()
        .say(
            "%d brokers, %d topics and %d queues looked at: %s"
                .formatted(
                    facts.brokers(),
                    facts.topics().size(),
                    facts.queues().size(),
                    ok ? "nothing is wrong" : wrong(findings)));
    return ok ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private void show(Finding finding) {
    Terminal terminal = context.terminal();
    terminal.result(
        TextTable.printable(
            "%-7s  %s: %s".formatted(finding.severity(), finding.subject(), finding.what())));
    terminal.result(TextTable.printable("         why:  " + finding.why()));
    terminal.result(TextTable.printable("         next: " + finding.next()));
  }

  private static String wrong(List<Finding> findings) {
    long errors = count(findings, Finding.Severity.ERROR);
    long warnings = count(findings, Finding.Severity.WARNING);
    return "%d errors, %d warnings".formatted(errors, warnings);
  }

  private static long count(List<Finding> findings, Finding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private record Report(boolean ok, int brokers, int queues, int topics, List<Shape> findings) {}

  private record Shape(
      String severity, String check, String subject, String what, String why, String next) {
    static Shape of(Finding finding) {
      return new Shape(
          finding.severity().name().toLowerCase(Locale.ROOT),
          finding.check(),
          finding.subject(),
          finding.what(),
          finding.why(),
          finding.next());
    }
  }
}
