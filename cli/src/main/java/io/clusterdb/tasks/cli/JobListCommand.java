package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.JobJson;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks job list}. */
@Command(
    name = "list",
    description = {
      "Lists jobs, the newest first.",
      "",
      "Where there are more, the last line gives the cursor that the next page starts from."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks job list --queue default --state RUNNING,RETRYING",
      "  tasks job list --type ProcessOrder --meta source=api --limit 200",
      "  tasks job list --state DEAD --from 2026-12-01T00:00:00Z --output json"
    })
final class JobListCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--queue", paramLabel = "Q", description = "Jobs of this queue only.")
  private @Nullable String queue;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "Jobs in these states only: ${COMPLETION-CANDIDATES}.")
  private List<JobState> states = List.of();

  @Option(names = "--type", paramLabel = "T", description = "Jobs of this type only.")
  private @Nullable String type;

  @Option(names = "--from", paramLabel = "TIME", description = "Created then or later.")
  private @Nullable Instant from;

  @Option(names = "--to", paramLabel = "TIME", description = "Created before then.")
  private @Nullable Instant to;

  @Option(names = "--meta", paramLabel = "K=V", description = "With this metadata.")
  private Map<String, String> metadata = new LinkedHashMap<>();

  @Option(names = "--limit", paramLabel = "N", description = "Most jobs to list (default: 50).")
  private int limit = 50;

  @Option(names = "--cursor", paramLabel = "C", description = "Go on where a page ended.")
  private @Nullable String cursor;

  JobListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    PageRequest first = Usage.checked(spec, () -> new PageRequest(limit, cursor));
    List<JobStatus> jobs = new ArrayList<>();
    @Nullable String end;
    try (Tasks tasks = context.connect()) {
      end = read(tasks, first, jobs);
    }
    if (context.options().json()) {
      context.terminal().json(json(jobs, end));
    } else {
      table(jobs).print(context.terminal());
      if (end != null) {
        context.terminal().say("more with --cursor " + end);
      }
    }
    return ExitCodes.DONE;
  }

  /** A page may have less than was asked for although more follows. */
  private @Nullable String read(Tasks tasks, PageRequest first, List<JobStatus> jobs) {
    PageRequest next = first;
    while (true) {
      JobPage page = tasks.tasks().listTasks(filter(), next);
      jobs.addAll(page.jobs());
      @Nullable String end = page.cursor();
      if (end == null || jobs.size() >= limit) {
        return end;
      }
      next = new PageRequest(limit - jobs.size(), end);
    }
  }

  private JobFilter filter() {
    JobFilter filter =
        JobFilter.all().queue(queue).states(Set.copyOf(states)).type(type).from(from).to(to);
    for (Map.Entry<String, String> each : metadata.entrySet()) {
      filter = filter.metadata(each.getKey(), each.getValue());
    }
    return filter;
  }

  private static ObjectNode json(List<JobStatus> jobs, @Nullable String end) {
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode list = node.putArray("jobs");
    jobs.forEach(job -> list.add(JobJson.of(job)));
    return node.put("cursor", end);
  }

  private static TextTable table(List<JobStatus> jobs) {
    TextTable table = new TextTable("JOB", "STATE", "QUEUE", "TYPE", "ATTEMPT", "CREATED", "ERROR");
    for (JobStatus job : jobs) {
      table.row(
          job.id(),
          job.state(),
          job.queue(),
          job.type(),
          job.attempt(),
          job.createdAt(),
          job.error() == null ? null : job.error().type());
    }
    return table;
  }
}
