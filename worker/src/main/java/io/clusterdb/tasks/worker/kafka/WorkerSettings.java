package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.worker.run.HandlerBinding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a processor's builder says of one queue.
 *
 * @param queue the queue's name
 * @param concurrency jobs at once; 0 for what the queue's definition says
 * @param instance name of this instance
 * @param handlers handlers by type
 * @param middleware inside that of the queue
 * @param codecs payload codecs
 * @param metrics where metrics middleware reports to
 * @param redaction applied to a payload's text before it is logged
 * @param drainTimeout how long running jobs may go on at the end
 * @param unknownTypeGrace how long a job of unknown type waits
 */
public record WorkerSettings(
    String queue,
    int concurrency,
    String instance,
    Map<String, HandlerBinding<?>> handlers,
    List<Middleware> middleware,
    PayloadCodecs codecs,
    JobMetrics metrics,
    UnaryOperator<String> redaction,
    Duration drainTimeout,
    Duration unknownTypeGrace) {}
