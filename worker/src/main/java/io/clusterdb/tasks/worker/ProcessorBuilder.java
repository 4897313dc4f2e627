package io.clusterdb.tasks.worker;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobHandler;
import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.worker.kafka.WorkerSettings;
import io.clusterdb.tasks.worker.middleware.MeterJobMetrics;
import io.clusterdb.tasks.worker.middleware.MiddlewareChains;
import io.clusterdb.tasks.worker.middleware.MiddlewareSupport;
import io.clusterdb.tasks.worker.middleware.Ticker;
import io.clusterdb.tasks.worker.run.HandlerBinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Describes a processor. */
final class ProcessorBuilder implements Processor.Builder {
  private final TasksRuntime runtime;
  private final Map<String, Integer> queues = new LinkedHashMap<>();
  private final Map<String, HandlerBinding<?>> handlers = new LinkedHashMap<>();
  private final List<Middleware> middleware = new ArrayList<>();
  private final List<PayloadCodec> codecs = new ArrayList<>();
  private JobMetrics metrics = JobMetrics.NONE;
  private UnaryOperator<String> redaction = UnaryOperator.identity();
  private Duration drainTimeout = Duration.ofSeconds(30);
  private Duration unknownTypeGrace = Duration.ofSeconds(60);
  private boolean stackTraces = true;
  private int concurrency;
  private @Nullable String lastQueue;
  private @Nullable String instanceId;

  ProcessorBuilder(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public Processor.Builder queue(String name) {
    queues.putIfAbsent(name, 0);
    lastQueue = name;
    return this;
  }

  @Override
  public Processor.Builder concurrency(int jobs) {
    if (jobs < 1 || jobs > io.clusterdb.tasks.Queue.MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "expected a concurrency from 1 to "
              + io.clusterdb.tasks.Queue.MAX_CONCURRENCY
              + ", found "
              + jobs);
    }
    if (lastQueue == null) {
      concurrency = jobs;
    } else {
      queues.put(lastQueue, jobs);
    }
    return this;
  }

  @Override
  public <T> Processor.Builder handler(String type, Class<T> payload, JobHandler<T> handler) {
    if (handlers.putIfAbsent(type, new HandlerBinding<>(payload, handler)) != null) {
      throw new IllegalArgumentException(
          "expected one handler a type, found a second one for " + type);
    }
    return this;
  }

  @Override
  public Processor.Builder middleware(Middleware... values) {
    middleware.addAll(List.of(values));
    return this;
  }

  @Override
  public Processor.Builder metrics(JobMetrics sink) {
    metrics = sink;
    return this;
  }

  @Override
  public Processor.Builder redact(UnaryOperator<String> value) {
    redaction = value;
    return this;
  }

  @Override
  public Processor.Builder codec(PayloadCodec codec) {
    codecs.add(codec);
    return this;
  }

  @Override
  public Processor.Builder instanceId(String id) {
    if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "expected an instance id of letters, digits, ., _ and -, at most 100 characters, found "
              + id);
    }
    instanceId = id;
    return this;
  }

  @Override
  public Processor.Builder drainTimeout(Duration value) {
    drainTimeout = value;
    return this;
  }

  @Override
  public Processor.Builder unknownTypeGrace(Duration value) {
    unknownTypeGrace = value;
    return this;
  }

  @Override
  public Processor.Builder stackTraces(boolean value) {
    stackTraces = value;
    return this;
  }

  @Override
  public Processor start() {
    if (queues.isEmpty()) {
      throw invalid("a processor consumes at least one queue; name it with queue(...)");
    }
    if (handlers.isEmpty()) {
      throw invalid("a processor has at least one handler; add it with handler(...)");
    }
    CatalogSnapshot catalog = runtime.catalog().latest();
    for (String queue : queues.keySet()) {
      if (catalog.queue(queue) == null) {
        throw new TasksException(
            ErrorCode.QUEUE_NOT_FOUND,
            "a processor was to consume queue "
                + queue
                + ", and the catalog has "
                + catalog.queues().keySet().stream().sorted().toList()
                + ". Create it with tasks queue create "
                + queue
                + ".");
      }
    }
    String instance =
        instanceId == null ? "w-" + UUID.randomUUID().toString().substring(0, 13) : instanceId;
    MiddlewareChains chains =
        new MiddlewareChains(middleware, new MiddlewareSupport(sink(), redaction, Ticker.SYSTEM));
    List<WorkerSettings> settings = new ArrayList<>();
    queues.forEach(
        (queue, own) ->
            settings.add(
                new WorkerSettings(
                    queue,
                    own > 0 ? own : concurrency,
                    instance,
                    Map.copyOf(handlers),
                    chains,
                    runtime.codecs(List.copyOf(codecs)),
                    drainTimeout,
                    unknownTypeGrace,
                    stackTraces,
                    null)));
    return RunningProcessor.start(runtime, instance, settings);
  }

  /** The one that was named, else the connection's registry. */
  private JobMetrics sink() {
    Meters meters = runtime.meters();
    if (meters == null) {
      return metrics;
    }
    meters.types().reserve(handlers.keySet());
    return metrics == JobMetrics.NONE ? new MeterJobMetrics(meters) : metrics;
  }

  private static TasksException invalid(String expected) {
    return new TasksException(ErrorCode.INVALID_CONFIG, expected + ".");
  }
}
