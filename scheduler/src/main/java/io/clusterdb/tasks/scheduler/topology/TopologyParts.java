package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.ScheduleMetric;
import io.clusterdb.tasks.scheduler.engine.TurnTimes;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.TurnBudget;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.streams.routing.KnownTopics;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.streams.routing.Router;
import io.clusterdb.tasks.topic.TopicNames;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** What all processors of the topology share. Thread-safe. */
public final class TopologyParts {
  /** Name of the store of waiting jobs. */
  public static final String STORE = "due";

  /** Name of the store of unique keys. */
  static final String UNIQUE_STORE = "unique";

  /** Jobs that are removed at each time of the grid: gentle, since workers are at work then. */
  private static final int SWEPT_JOBS = 800;

  /** Jobs that are looked through at each time of the grid for those that commands name. */
  private static final int SEARCHED_JOBS = 40_000;

  private final TopicNames names;
  private final Router router;
  private final KnownQueues queues;
  private final PlatformCodec codec;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final TurnSettings settings;
  private final TurnTimes turns;
  private final ThreadLocal<ThreadShare> shares = ThreadShare.perThread();
  private final ThreadLocal<CommitPace> paces;
  private final @Nullable Timer lateness;

  /**
   * Gathers them.
   *
   * @param codec reads commands, writes events and answers
   * @param clock says what is due
   * @param ticker a monotonic clock in nanoseconds
   */
  public TopologyParts(
      TopicNames names,
      KnownQueues queues,
      KnownTopics topics,
      PlatformCodec codec,
      InstantSource clock,
      LongSupplier ticker,
      TurnSettings settings) {
    this(
        names,
        queues,
        topics,
        codec,
        clock,
        ticker,
        settings,
        CommitPace.perThread(new CommitTimes(ticker), ticker, Duration.ofMillis(settings.gridMs())),
        null);
  }

  /**
   * As the other one, with a pace by what commits take.
   *
   * @param paces the pace of each thread's commits
   * @param meters where it is measured how late jobs leave; null for nowhere
   */
  public TopologyParts(
      TopicNames names,
      KnownQueues queues,
      KnownTopics topics,
      PlatformCodec codec,
      InstantSource clock,
      LongSupplier ticker,
      TurnSettings settings,
      ThreadLocal<CommitPace> paces,
      @Nullable Meters meters) {
    this.names = names;
    this.router = new Router(names, queues, topics);
    this.queues = queues;
    this.codec = codec;
    this.clock = clock;
    this.ticker = ticker;
    this.settings = settings;
    this.turns = new TurnTimes(settings.gridMs(), settings.clockCheckMs());
    this.lateness = meters == null ? null : meters.timer(ScheduleMetric.SCHEDULER_LATENESS);
    this.paces = paces;
  }

  /** A job has left that was due at this time. */
  void left(long due, long now) {
    if (lateness != null) {
      lateness.record(Math.max(0, now - due), TimeUnit.MILLISECONDS);
    }
  }

  TopicNames names() {
    return names;
  }

  KnownQueues queues() {
    return queues;
  }

  /** Reads and writes the platform's own records. */
  PlatformCodec codec() {
    return codec;
  }

  InstantSource clock() {
    return clock;
  }

  TurnTimes turns() {
    return turns;
  }

  /** What the current thread's partitions share. */
  ThreadShare share() {
    return shares.get();
  }

  /** The commits of a partition; called by its thread. */
  Commits commits(ProcessorContext<byte[], Outgoing> context) {
    return new Commits(context, paces.get());
  }

  /** Asks for the commit of what nobody waits for yet. */
  void commit(Commits commits) {
    Duration grid = Duration.ofMillis(settings.gridMs());
    commits.later(grid, grid);
  }

  /** The budget of a turn of one of so many partitions that share a transaction. */
  TurnBudget turnBudget(int partitions) {
    return budget(settings.turnJobs(), settings.turnMs(), partitions);
  }

  /** The budget of a sweep of one of so many partitions. */
  TurnBudget sweepBudget(int partitions) {
    return budget(SWEPT_JOBS, settings.gridMs(), partitions);
  }

  /** The budget of a search of one of so many partitions. */
  TurnBudget searchBudget(int partitions) {
    return budget(SEARCHED_JOBS, settings.gridMs(), partitions);
  }

  private TurnBudget budget(int jobs, long millis, int partitions) {
    return new TurnBudget(Math.max(1, jobs / partitions), millis * 1_000_000 / partitions, ticker);
  }

  /** What the log hears of jobs that leave in this way. */
  WaitingEvents events(Departures departures) {
    return new WaitingEvents(names, codec, departures);
  }

  Departures departures(ProcessorContext<byte[], Outgoing> context, String sink) {
    return new Departures(context, sink, names, router, ticker);
  }
}
