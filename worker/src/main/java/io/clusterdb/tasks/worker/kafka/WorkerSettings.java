package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.worker.middleware.MiddlewareChains;
import io.clusterdb.tasks.worker.run.HandlerBinding;
import io.clusterdb.tasks.worker.run.Handout;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a processor's builder says of one queue.
 *
 * @param queue the queue's name
 * @param concurrency jobs at once; 0 for what the queue's definition says
 * @param instance name of this instance
 * @param handlers handlers by type
 * @param middleware makes the middleware around handlers
 * @param codecs payload codecs
 * @param drainTimeout how long running jobs may go on at the end
 * @param unknownTypeGrace how long a job of unknown type waits
 * @param stackTraces whether events say where attempts failed
 * @param handout takes jobs of every type instead of the handlers; null for none
 */
public record WorkerSettings(
    String queue,
    int concurrency,
    String instance,
    Map<String, HandlerBinding<?>> handlers,
    MiddlewareChains middleware,
    PayloadCodecs codecs,
    Duration drainTimeout,
    Duration unknownTypeGrace,
    boolean stackTraces,
    @Nullable Handout handout) {}
