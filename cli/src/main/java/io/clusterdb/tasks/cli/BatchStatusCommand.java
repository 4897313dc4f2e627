package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks batch status}. */
@Command(
    name = "status",
    description = {
      "Shows how the jobs of a batch are getting on.",
      "",
      "With --wait it waits for the end of all, and fails unless all ended well."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks batch status import-7", "  tasks batch status import-7 --wait 10m"})
final class BatchStatusCommand implements Callable<Integer> {
  private static final Duration TURN = Duration.ofSeconds(30);

  private final Context context;

  @Parameters(paramLabel = "ID", description = "The batch's id.")
  private String id = "";

  @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait for the end.")
  private @Nullable Duration wait;

  BatchStatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    BatchStatus batch;
    try (Tasks tasks = context.connect()) {
      batch = wait == null ? tasks.queues().batch(id) : ended(tasks, wait);
    }
    if (context.options().json()) {
      context.terminal().json(json(batch));
    } else {
      context.terminal().result(text(batch));
    }
    boolean well = batch.complete() && batch.done() == batch.count(JobState.SUCCEEDED);
    return wait == null || well ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private BatchStatus ended(Tasks tasks, Duration limit) {
    long deadline = context.nanoTime().getAsLong() + limit.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - context.nanoTime().getAsLong()));
      BatchStatus batch = tasks.queues().awaitBatch(id, left.compareTo(TURN) < 0 ? left : TURN);
      if (batch.complete() || left.isZero()) {
        return batch;
      }
    }
  }

  private static String text(BatchStatus batch) {
    String states =
        batch.byState().entrySet().stream()
            .filter(each -> each.getValue() > 0)
            .sorted(Map.Entry.comparingByKey())
            .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
            .collect(Collectors.joining(", "));
    String total = batch.total() == null ? "an open batch" : "%,d".formatted(batch.total());
    return "%,d of %s ended%s%s"
        .formatted(
            batch.done(),
            total,
            batch.complete() ? ", complete" : "",
            states.isEmpty() ? "" : ": " + states);
  }

  private static Map<String, @Nullable Object> json(BatchStatus batch) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", batch.id());
    json.put("total", batch.total());
    json.put("done", batch.done());
    json.put("complete", batch.complete());
    json.put("byState", batch.byState());
    return json;
  }
}
