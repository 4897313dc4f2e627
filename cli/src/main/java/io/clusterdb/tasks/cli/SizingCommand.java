package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.sizing.Load;
import io.clusterdb.tasks.sizing.Sizing;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks sizing}. */
@Command(
    name = "sizing",
    description = {
      "Says how large a platform should be for a load: partitions, workers, memory, disk, brokers.",
      "",
      "It asks nobody and changes nothing. The figures are a start; docs/sizing.md has the"
          + " arithmetic."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks sizing --rate 200 --payload 2kB --handler 150ms",
      "  tasks sizing --rate 5000 --average 1500 --payload 500 --handler 20ms --retention 1d",
      "  tasks sizing --rate 50 --handler 2s --workers 4 --output json"
    })
final class SizingCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rate",
      required = true,
      paramLabel = "N",
      description = "Jobs a second at the busiest time.")
  private double rate;

  @Option(
      names = "--average",
      paramLabel = "N",
      description = "Jobs a second over the days, which fill the disks (default: the rate).")
  private @Nullable Double average;

  @Option(
      names = "--payload",
      paramLabel = "SIZE",
      description = "Bytes of a payload, such as 800 or 2kB (default: 1kB).")
  private String payload = "1kB";

  @Option(
      names = "--handler",
      required = true,
      paramLabel = "100ms",
      description = "How long a handler takes on average.")
  private Duration handler = Duration.ZERO;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      description = "Attempts that a job takes on average (default: 1.1).")
  private double attempts = 1.1;

  @Option(
      names = "--retention",
      paramLabel = "7d",
      description = "How long consumed jobs are kept (default: 7d).")
  private Duration retention = Duration.ofDays(7);

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Copies of a record (default: 3).")
  private int replication = 3;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes (default: counted).")
  private @Nullable Integer workers;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Jobs at once in a worker (default: what --workers leave to each, else 50).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--waiting",
      paramLabel = "N",
      description = "Jobs that wait for their time on average (default: 0).")
  private long waiting;

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      description = "What a broker can store (default: 1TB).")
  private String disk = "1TB";

  SizingCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Sizing sizing = Usage.checked(spec, () -> Sizing.of(load()));
    if (context.options().json()) {
      context.terminal().json(sizing);
      return ExitCodes.DONE;
    }
    table(sizing).print(context.terminal());
    return ExitCodes.DONE;
  }

  private Load load() {
    return new Load(
        rate,
        average == null ? rate : average,
        ByteSize.parse(payload),
        handler,
        attempts,
        retention,
        replication,
        workers,
        concurrency,
        waiting,
        ByteSize.parse(disk));
  }

  private TextTable table(Sizing of) {
    return new TextTable("WHAT", "HOW MUCH", "NOTE")
        .row("slots that are busy", number(of.busySlots()), "rate x attempts x handler's time")
        .row("workers", of.workers(), "concurrency " + of.concurrency() + " in each")
        .row("worker memory", ByteSize.format(of.workerBytes()), heap(of.workerHeapBytes()))
        .row("partitions", of.partitions(), "of the queue")
        .row("shared partitions", of.sharedPartitions(), "shared_partitions, for good")
        .row(
            "orchestrators",
            of.orchestrators(),
            state(of.orchestratorBytes(), of.orchestratorStateBytes()))
        .row("schedulers", of.schedulers(), state(of.schedulerBytes(), of.schedulerStateBytes()))
        .row(
            "brokers",
            of.brokers(),
            ByteSize.format(of.brokerInBytesPerSecond()) + "/s written by each at the peak")
        .row("disk of each broker", ByteSize.format(of.brokerDiskBytes()), "30% of it free")
        .row(
            "  jobs",
            ByteSize.format(of.queueDiskBytes()),
            "kept for " + Durations.format(retention) + ", all copies")
        .row("  events and state", ByteSize.format(of.platformDiskBytes()), "all copies")
        .row("an hour's backlog", backlog(of.catchUpSeconds()), "at the average load");
  }

  private static String heap(long bytes) {
    return "-Xmx" + (bytes >> 20) + "m";
  }

  private static String state(long memory, long disk) {
    return "memory " + ByteSize.format(memory) + ", state directory " + ByteSize.format(disk);
  }

  private static String backlog(@Nullable Long seconds) {
    return seconds == null
        ? "never goes"
        : "gone in " + Durations.format(Duration.ofMinutes((seconds + 59) / 60));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }
}
