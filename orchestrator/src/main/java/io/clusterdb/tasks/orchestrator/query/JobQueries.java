package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.JobJson;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.query.LocalJobs.Found;
import io.clusterdb.tasks.orchestrator.query.RecordPlaces.RecordPlace;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Finds jobs at whichever instance knows of them. Thread-safe. */
public final class JobQueries {
  /** Lists that are made at once: each may take megabytes until it is written. */
  private static final int LISTS = 8;

  private final Semaphore lists = new Semaphore(LISTS);
  private final Cluster cluster;
  private final TrackerViews views;
  private final LocalJobs local;
  private final Results results;
  private final TasksRuntime runtime;
  private final int partitions;

  /**
   * Creates it.
   *
   * @param partitions how many the tracker has
   */
  public JobQueries(
      Cluster cluster, TrackerViews views, Results results, TasksRuntime runtime, int partitions) {
    this.runtime = runtime;
    this.cluster = cluster;
    this.views = views;
    this.local = new LocalJobs(cluster::streams, views);
    this.results = results;
    this.partitions = partitions;
  }

  /**
   * Which job is asked for.
   *
   * @param id the job's id
   * @param run this run of it; null for the one that has not ended, else the last one
   * @param ended whether to wait until it has ended, not only until it is known
   */
  public record Question(String id, @Nullable String run, boolean ended) {
    private String path(Duration left) {
      return "/v1/jobs/"
          + encoded(id)
          + "?wait="
          + left.toMillis()
          + "ms"
          + (run == null ? "" : "&run=" + encoded(run))
          + (ended ? "&until=ended" : "");
    }
  }

  /**
   * A job, with all of its runs where there are several.
   *
   * @param wait how long to wait for what is asked for
   * @param forwarded whether another instance asks
   * @throws TasksException JOB_NOT_FOUND
   * @throws Unavailable if its partition is on the move
   */
  public JsonNode find(Question question, Duration wait, boolean forwarded)
      throws InterruptedException {
    return cluster.ask(
        TrackerParts.JOBS,
        question.id(),
        wait,
        forwarded,
        question::path,
        (partition, deadline) -> here(question, partition, deadline));
  }

  private @Nullable JsonNode here(Question question, int partition, long deadline)
      throws InterruptedException {
    List<Found> runs = local.runs(question.id(), partition);
    while (!enough(question, runs) && local.owns(partition)) {
      long left = deadline - cluster.ticker().getAsLong();
      if (left <= 0) {
        break;
      }
      CountDownLatch news = views.watch(question.id());
      runs = local.runs(question.id(), partition);
      views.await(
          question.id(), news, enough(question, runs) ? Duration.ZERO : Duration.ofNanos(left));
      runs = local.runs(question.id(), partition);
    }
    Found found = pick(runs, question.run());
    boolean owner = local.owns(partition);
    if (found == null && owner) {
      throw notFound(question);
    }
    return found == null ? null : json(question.id(), runs, found, !owner);
  }

  private static boolean enough(Question question, List<Found> runs) {
    Found found = pick(runs, question.run());
    return found != null && (!question.ended() || found.state().state().terminal());
  }

  private static @Nullable Found pick(List<Found> runs, @Nullable String run) {
    for (Found found : runs) {
      if (run == null || run.equals(found.run())) {
        return found;
      }
    }
    return null;
  }

  private JsonNode json(String id, List<Found> runs, Found found, boolean stale) {
    ObjectNode node =
        JobJson.of(
            Statuses.of(id, found.run(), found.state(), results.leftOut(found.state()), stale));
    RecordPlace place =
        RecordPlaces.of(found.state(), runtime.names(), runtime.catalog().current());
    if (place != null) {
      node.putObject("record")
          .put("topic", place.topic())
          .put("partition", place.partition())
          .put("offset", place.offset());
    }
    if (runs.size() > 1) {
      ArrayNode all = node.putArray("runs");
      for (Found each : runs) {
        all.addObject()
            .put("run", each.run())
            .put("state", each.state().state().name())
            .put("createdAt", Instant.ofEpochMilli(each.state().createdAt()).toString());
      }
    }
    return node;
  }

  private static TasksException notFound(Question question) {
    return new TasksException(
        ErrorCode.JOB_NOT_FOUND,
        ("expected a job of id %s%s, found none. It was not enqueued, or has been forgotten since"
             + " it ended long ago, or its queue is not tracked, or the tracker is behind (`tasks"
             + " queue stats` says by how much).")
            .formatted(question.id(), question.run() == null ? "" : " and run " + question.run()));
  }

  /**
   * The part of a list that this instance has.
   *
   * @param cursor where the part before it ended; null for the start
   * @throws IllegalArgumentException if the cursor is none
   */
  public JsonNode listHere(JobFilter filter, @Nullable String cursor, int limit) {
    Cursor after = cursor == null ? null : Cursor.parse(cursor);
    return local.list(new Matching(filter), after, limit).json();
  }

  /**
   * A list over all instances, the newest jobs first.
   *
   * @param query the question as it came, for the other instances
   * @throws IllegalArgumentException if the cursor is none
   * @throws Unavailable if a partition is on the move
   */
  public JsonNode list(JobFilter filter, @Nullable String cursor, int limit, String query)
      throws InterruptedException {
    lists.acquire();
    try {
      return makeList(filter, cursor, limit, query);
    } finally {
      lists.release();
    }
  }

  private JsonNode makeList(JobFilter filter, @Nullable String cursor, int limit, String query)
      throws InterruptedException {
    List<Slice> slices =
        cluster
            .askAll(
                TrackerParts.JOBS,
                partitions,
                "/internal/jobs?" + query,
                () -> listHere(filter, cursor, limit),
                Slice::partitions)
            .stream()
            .map(Slice::parse)
            .toList();
    Slice page = Slice.merge(slices, limit);
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode jobs = node.putArray("jobs");
    page.items().forEach(item -> jobs.add(item.job()));
    node.put("cursor", page.end() == null ? null : page.end().toString());
    return node;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
