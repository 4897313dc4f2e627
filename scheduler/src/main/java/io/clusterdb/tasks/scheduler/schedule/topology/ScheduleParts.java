package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.scheduler.topology.TurnSettings;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.streams.routing.KnownTopics;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the processor of schedules is given.
 *
 * @param names names of topics
 * @param queues which queues exist
 * @param topics which topics exist
 * @param codec reads and writes the platform's records
 * @param clock says what is due
 * @param ticker a monotonic clock in nanoseconds
 * @param settings how work is spaced
 * @param paces the pace of each thread's commits
 * @param meters where fires are counted; null for nowhere
 * @param tracing asked each time how work is traced
 */
public record ScheduleParts(
    TopicNames names,
    KnownQueues queues,
    KnownTopics topics,
    PlatformCodec codec,
    InstantSource clock,
    LongSupplier ticker,
    TurnSettings settings,
    ThreadLocal<CommitPace> paces,
    @Nullable Meters meters,
    Supplier<@Nullable Tracing> tracing) {}
