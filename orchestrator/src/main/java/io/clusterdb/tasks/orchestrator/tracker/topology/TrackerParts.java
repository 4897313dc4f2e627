package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.orchestrator.tracker.engine.Expiry;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** What all processors of the tracker share. Thread-safe. */
public final class TrackerParts {
  /** Runs by job. */
  public static final String JOBS = "tracker-jobs";

  /** Runs by queue, state and time: made from the runs, so not kept on the log. */
  public static final String INDEX = "tracker-index";

  /** Batches, and the jobs that wait for them. */
  public static final String BATCHES = "tracker-batches";

  /**
   * How long what comes alone waits for a commit that takes it along, as a workflow's next step.
   */
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final TopicNames names;
  private final QueueCatalog queues;
  private final PlatformCodec codec;
  private final InstantSource clock;
  private final Expiry expiry;
  private final Duration sweep;
  private final TrackerViews views;
  private final ThreadLocal<CommitPace> paces;
  private final Duration spacing;

  /**
   * Puts them together.
   *
   * @param catalog says which queues there are, and what is tracked of them
   * @param ticker a monotonic clock in nanoseconds
   * @param paces the pace of each thread's commits
   * @param spacing least time between two commits under load
   * @param finished how long runs that ended are kept at most
   * @param sweep time between two looks for what is to be forgotten
   * @param views where partitions show themselves to queries
   */
  public TrackerParts(
      TopicNames names,
      CatalogView catalog,
      PlatformCodec codec,
      InstantSource clock,
      LongSupplier ticker,
      ThreadLocal<CommitPace> paces,
      Duration spacing,
      Duration finished,
      Duration sweep,
      TrackerViews views) {
    this.names = names;
    this.queues = new QueueCatalog(catalog, ticker);
    this.codec = codec;
    this.clock = clock;
    this.expiry = new Expiry(finished.toMillis());
    this.sweep = sweep;
    this.views = views;
    this.paces = paces;
    this.spacing = spacing;
  }

  TopicNames names() {
    return names;
  }

  QueueCatalog queues() {
    return queues;
  }

  PlatformCodec codec() {
    return codec;
  }

  InstantSource clock() {
    return clock;
  }

  Expiry expiry() {
    return expiry;
  }

  Duration sweep() {
    return sweep;
  }

  TrackerViews views() {
    return views;
  }

  /** The commits of a partition; called by its thread. */
  Commits commits(ProcessorContext<byte[], byte[]> context) {
    return new Commits(context, paces.get());
  }

  /** Asks for the commit of what goes on, which waits a moment for others that take it along. */
  void commitSoon(Commits commits) {
    commits.later(MOMENT, spacing);
  }

  /** Asks for the commit of what is seen here without it, and goes nowhere. */
  void commit(Commits commits) {
    commits.later(spacing, spacing);
  }
}
