package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.client.JobRecords;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.clusterdb.tasks.worker.engine.AttemptEnd;
import io.clusterdb.tasks.worker.engine.Cancellations;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs one attempt on its handler's thread, from the record's headers to the records of its
 * outcome. Thread-safe; what a change of the catalog changes is replaced as a whole.
 */
public final class AttemptRunner {
  private final Map<String, HandlerBinding<?>> handlers;
  private final PayloadCodecs codecs;
  private final HandlerResults results;
  private final JobRecords jobs;
  private final OutcomeRecords outcomes;
  private final FailedAttempts failed;
  private final String group;
  private final Clocks clocks;
  private final Cancellations cancellations;
  private final @Nullable Handout handout;
  private final Supplier<@Nullable Tracing> tracing;
  private volatile Setup setup;

  /**
   * What a change of the catalog replaces.
   *
   * @param policies what applies to jobs
   * @param reader reads records
   * @param chain middleware around a call
   * @param middlewareTimeoutMs what middleware limits an attempt to; 0 for nothing
   * @param stackTraces whether events say where attempts failed
   */
  public record Setup(
      QueuePolicies policies,
      JobRecordReader reader,
      Chain chain,
      long middlewareTimeoutMs,
      boolean stackTraces) {}

  /** Middleware around a call. */
  @FunctionalInterface
  public interface Chain {
    /** Runs the call inside the middleware. */
    @Nullable Object run(JobContext context, io.clusterdb.tasks.Middleware.Next call)
        throws Exception;
  }

  /**
   * Creates a runner.
   *
   * @param handout takes jobs of every type instead of the handlers; null for none
   * @param tracing asked for each attempt how it is traced
   */
  public AttemptRunner(
      Map<String, HandlerBinding<?>> handlers,
      PayloadCodecs codecs,
      Sealing sealing,
      JobRecords jobs,
      OutcomeRecords outcomes,
      TopicNames names,
      Clocks clocks,
      RandomGenerator random,
      Cancellations cancellations,
      @Nullable Handout handout,
      Supplier<@Nullable Tracing> tracing,
      Setup setup) {
    this.handlers = Map.copyOf(handlers);
    this.codecs = codecs;
    this.results = new HandlerResults(sealing);
    this.jobs = jobs;
    this.outcomes = outcomes;
    this.failed = new FailedAttempts(outcomes, names, clocks, random);
    this.group = names.group(setup.policies().queue().name());
    this.clocks = clocks;
    this.cancellations = cancellations;
    this.handout = handout;
    this.tracing = tracing;
    this.setup = setup;
  }

  /** Replaces what the catalog says; attempts that start from now on follow it. */
  public void setup(Setup value) {
    setup = value;
  }

  /** What the catalog says. */
  public Setup setup() {
    return setup;
  }

  /** Whether a command ends an attempt that has not begun. */
  public boolean isCancelled(Attempt attempt) {
    if (cancellations.version() == 0) {
      return false;
    }
    try {
      return cancellation(setup.reader().read(attempt.record())) != null;
    } catch (MalformedJobException e) {
      return false; // It becomes a dead letter when it runs.
    }
  }

  /** Runs an attempt to its end; never throws. */
  public Outcome run(Attempt attempt) {
    Setup now = setup;
    Moment start = clocks.now();
    attempt.begin(Thread.currentThread(), start.nanos(), start.millis());
    JobRecord job;
    try {
      job = now.reader().read(attempt.record());
    } catch (MalformedJobException e) {
      return failed.malformed(now.policies(), attempt, e);
    }
    prepare(now, attempt, job, start); // before it asks for commands: who adds one looks then
    Cancellations.Cancellation command = cancellation(job);
    if (command != null) {
      return outcomes.cancelled(attempt, job, command, false, clocks.now());
    }
    if (job.notBefore() > start.millis()) {
      return outcomes.scheduled(attempt, job, start);
    }
    if (handout != null) {
      return handOut(now, attempt, job, handout);
    }
    HandlerBinding<?> binding = handlers.get(job.type());
    if (binding == null) {
      return new Outcome.UnknownType();
    }
    return call(now, attempt, job, binding);
  }

  private void prepare(Setup now, Attempt attempt, JobRecord job, Moment start) {
    RetryPolicy policy = now.policies().retryOf(job);
    long timeout = now.policies().timeoutMsOf(job);
    if (now.middlewareTimeoutMs() > 0) {
      timeout =
          timeout == 0 ? now.middlewareTimeoutMs() : Math.min(timeout, now.middlewareTimeoutMs());
    }
    long deadline =
        timeout == 0 ? Long.MAX_VALUE : start.nanos() + Math.multiplyExact(timeout, 1_000_000L);
    attempt.prepared(job, now.policies().attemptsOf(policy), timeout, deadline);
  }

  private <T> Outcome call(Setup now, Attempt attempt, JobRecord job, HandlerBinding<T> binding) {
    AttemptContext context = new AttemptContext(attempt, job, jobs, now.policies().queue().name());
    return call(
        now,
        attempt,
        job,
        context,
        () -> {
          T payload = decode(job, binding.payload());
          return now.chain()
              .run(context, () -> HandlerResults.await(binding.handler().handle(payload, context)));
        });
  }

  private Outcome handOut(Setup now, Attempt attempt, JobRecord job, Handout to) {
    AttemptContext context = new AttemptContext(attempt, job, jobs, now.policies().queue().name());
    return call(
        now,
        attempt,
        job,
        context,
        () ->
            now.chain()
                .run(
                    context,
                    () ->
                        to.run(
                            new Handout.Handed(
                                context,
                                attempt.tenure().partition(),
                                attempt.record().offset(),
                                attempt.handOut()))));
  }

  private Outcome call(
      Setup now,
      Attempt attempt,
      JobRecord job,
      AttemptContext context,
      Callable<@Nullable Object> body) {
    String queue = now.policies().queue().name();
    TraceContext carried = TraceContext.of(job.headers());
    trace(attempt, job, queue, carried);
    try (HandlerScope unused = HandlerScope.open(attempt, job, queue, carried)) {
      String text = results.text(job, body.call());
      return outcomes.succeeded(attempt, job, text, context.enqueued(), clocks.now());
    } catch (NotTakenException e) {
      return new Outcome.Released();
    } catch (Throwable error) {
      Throwable thrown = HandlerResults.unwrap(error);
      return ended(now, attempt, job, Failures.thrown(thrown), () -> StackTraces.of(thrown));
    }
  }

  private Outcome ended(
      Setup now,
      Attempt attempt,
      JobRecord job,
      AttemptEnd end,
      Supplier<@Nullable String> stackTrace) {
    return failed.ended(
        now.policies(), attempt, job, end, now.stackTraces() ? stackTrace : () -> null);
  }

  private void trace(Attempt attempt, JobRecord job, String queue, @Nullable TraceContext carried) {
    Tracing traced = tracing.get();
    AttemptSpan before = attempt.span();
    AttemptSpan own =
        traced == null
            ? null
            : AttemptSpan.begin(traced, attempt, job, carried, before, queue, group);
    if (own != before) {
      attempt.span(own);
    }
  }

  @SuppressWarnings("NullAway") // a payload may be null where its handler expects that
  private <T> T decode(JobRecord job, Class<T> type) {
    if (type == Payload.class && !Sealing.isSealed(job.contentType())) {
      return type.cast(new Payload(job.value(), job.contentType()));
    }
    return codecs.decode(job.topic(), job.value(), job.contentType(), type);
  }

  /** The outcome of an attempt that ran into its timeout. */
  public Outcome timedOut(Attempt attempt, JobRecord job) {
    AttemptEnd end = new AttemptEnd.Failed(Failures.timeout(job, attempt));
    return ended(
        setup,
        attempt,
        job,
        end,
        () -> StackTraces.of("Its handler was here when its time was up:", attempt.stack()));
  }

  /** Grows with every command to end a job. */
  public long commands() {
    return cancellations.version();
  }

  /** The outcome of an attempt that runs although a command ends its job; null if none does. */
  public @Nullable Outcome cancelled(Attempt attempt, JobRecord job) {
    Cancellations.Cancellation command = cancellation(job);
    return command == null ? null : outcomes.cancelled(attempt, job, command, true, clocks.now());
  }

  private Cancellations.@Nullable Cancellation cancellation(JobRecord job) {
    return cancellations.of(job.id(), job.run(), job.createdAt());
  }

  /** Says that an attempt runs, and how far it is. */
  public ProducerRecord<byte[], byte[]> announcement(Attempt attempt, JobRecord job) {
    return outcomes.running(attempt, job, clocks.now());
  }

  /**
   * The outcome of an attempt whose outcome the broker does not take: a dead letter that says why;
   * where that was refused too, the event alone.
   */
  public Outcome unsettled(Attempt attempt, Exception reason, Resort resort) {
    Setup now = setup;
    return failed.unsettled(now.policies(), now.reader(), attempt, reason, resort);
  }

  /** The outcome of an attempt whose type no handler knew for too long. */
  public Outcome unknownType(Attempt attempt, JobRecord job) {
    Cancellations.Cancellation command = cancellation(job);
    if (command != null) {
      return outcomes.cancelled(attempt, job, command, false, clocks.now());
    }
    JobFailure failure =
        Failures.of(
            ErrorCode.UNKNOWN_TYPE,
            "Unknown type: no handler of this worker knows type "
                + job.type()
                + "; it has handlers for "
                + handlers.keySet().stream().sorted().toList()
                + ". Deploy a worker that has one, then replay the job.");
    return ended(setup, attempt, job, new AttemptEnd.Failed(failure), () -> null);
  }

  /** The outcome of a job that ended its process too often, or could not be settled. */
  public Outcome dead(Attempt attempt, JobFailure failure) {
    Setup now = setup;
    return failed.dead(now.policies(), now.reader(), attempt, failure);
  }
}
