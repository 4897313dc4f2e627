package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.streams.routing.KnownTopics;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.streams.routing.Router;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** What all partitions of the workflow engine share. Thread-safe. */
public final class WorkflowParts {
  private static final Duration TIMER_REST = Duration.ofMillis(10);

  /** With the length of a turn: at most a quarter of a thread goes to what is forgotten. */
  private static final Duration EXPIRY_REST = Duration.ofMillis(15);

  private final TopicNames names;
  private final CatalogView catalog;
  private final KnownQueues queues;
  private final Router router;
  private final PlatformCodec codec;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final Settings settings;
  private final Supplier<@Nullable Tracing> tracing;
  private final ThreadLocal<CommitPace> paces;
  private final ThreadLocal<Rest> timerRests;
  private final ThreadLocal<Rest> expiryRests;
  private final @Nullable RunMeters meters;

  /**
   * Puts them together.
   *
   * @param catalog has the workflows' definitions and the queues
   * @param topics says which topics exist
   * @param codec reads commands and outcomes, writes events and answers
   * @param clock says what is due
   * @param ticker a monotonic clock in nanoseconds
   * @param paces the pace of each thread's commits
   * @param meters where what happens to runs is counted; null for nowhere
   * @param tracing asked each time how work is traced
   */
  public WorkflowParts(
      TopicNames names,
      CatalogView catalog,
      KnownTopics topics,
      PlatformCodec codec,
      InstantSource clock,
      LongSupplier ticker,
      ThreadLocal<CommitPace> paces,
      Settings settings,
      @Nullable Meters meters,
      Supplier<@Nullable Tracing> tracing) {
    this.meters = meters == null ? null : new RunMeters(meters);
    this.names = names;
    this.catalog = catalog;
    this.queues = new KnownQueues(catalog, ticker);
    this.router = new Router(names, queues, topics);
    this.codec = codec;
    this.clock = clock;
    this.ticker = ticker;
    this.settings = settings;
    this.tracing = tracing;
    this.paces = paces;
    this.timerRests = Rest.perThread(ticker, TIMER_REST);
    this.expiryRests = Rest.perThread(ticker, EXPIRY_REST);
  }

  TopicNames names() {
    return names;
  }

  CatalogView catalog() {
    return catalog;
  }

  KnownQueues queues() {
    return queues;
  }

  Router router() {
    return router;
  }

  PlatformCodec codec() {
    return codec;
  }

  InstantSource clock() {
    return clock;
  }

  LongSupplier ticker() {
    return ticker;
  }

  Settings settings() {
    return settings;
  }

  /** Counts what happens to runs; null for not. */
  @Nullable RunMeters meters() {
    return meters;
  }

  Supplier<@Nullable Tracing> tracing() {
    return tracing;
  }

  /** The commits of a partition; called by its thread. */
  Commits commits(ProcessorContext<byte[], Outgoing> context) {
    return new Commits(context, paces.get());
  }

  /** The current thread's, between turns of timers of which more are due. */
  Rest timerRest() {
    return timerRests.get();
  }

  /** The current thread's, between turns of runs that are forgotten. */
  Rest expiryRest() {
    return expiryRests.get();
  }
}
