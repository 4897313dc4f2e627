package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.cli.demo.Check;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code tasks demo}: the main job end to end. */
@Command(
    name = "demo",
    description = {
      "Shows the platform at work, from nothing to proof, in less than a minute.",
      "",
      "Starts a Kafka broker and everything else in this process, on free ports and with data that"
          + " are thrown away; digests a thousand files by jobs of which some fail at first, some"
          + " until their cause is mended, and some wait for their time; and then counts from the"
          + " event log whether all went as it should. Exit code 0 means that every check holds."
    })
final class DemoCommand implements Callable<Integer> {
  private final Context context;

  DemoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Progress progress = new Progress(context.terminal(), context.nanoTime());
    Path folder = Files.createTempDirectory("tasks-demo-");
    List<Check> checks;
    try {
      context.terminal().say("starting a Kafka broker, a schema registry and the scheduler...");
      EmbeddedPlatform.Builder builder =
          EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0);
      try (EmbeddedPlatform platform =
          builder.prefix(context.options().config().prefix()).start()) {
        checks = new DemoRun(context.terminal(), platform.tasks(), progress).run(folder);
      }
    } finally {
      delete(folder);
    }
    return report(checks, progress.seconds());
  }

  private int report(List<Check> checks, double seconds) {
    boolean well = checks.stream().allMatch(Check::holds);
    Terminal terminal = context.terminal();
    if (context.options().json()) {
      terminal.json(new Shapes.Proof(well, Math.round(seconds * 10) / 10.0, checks));
    } else {
      terminal.result("");
      terminal.result("What the event log proves:");
      for (Check check : checks) {
        terminal.result("  %s  %s".formatted(check.holds() ? "ok    " : "FAILED", check.claim()));
        terminal.result("          " + check.found());
      }
      terminal.result("");
      terminal.result(
          well
              ? "All %d checks hold, after %.1f s. Next: %s dev"
                  .formatted(checks.size(), seconds, LauncherName.get())
              : "Not every check holds.");
    }
    return well ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
