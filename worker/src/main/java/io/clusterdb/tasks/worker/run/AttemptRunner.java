package io.clusterdb.tasks.worker.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.JobRecords;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import io.clusterdb.tasks.worker.engine.AttemptEnd;
import io.clusterdb.tasks.worker.engine.Cancellations;
import io.clusterdb.tasks.worker.engine.Decision;
import io.clusterdb.tasks.worker.engine.RetryStep;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
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
  private final Sealing sealing;
  private final JobRecords jobs;
  private final OutcomeRecords outcomes;
  private final TopicNames names;
  private final Clocks clocks;
  private final RandomGenerator random;
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
   */
  public record Setup(
      QueuePolicies policies, JobRecordReader reader, Chain chain, long middlewareTimeoutMs) {}

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
    this.sealing = sealing;
    this.jobs = jobs;
    this.outcomes = outcomes;
    this.names = names;
    this.clocks = clocks;
    this.random = random;
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
      JobRecord bare = JobRecordReader.bare(attempt.record(), now.policies().queue().name());
      attempt.prepared(bare, 1, 0, Long.MAX_VALUE);
      JobFailure failure =
          Failures.of(ErrorCode.INVALID_RECORD, "Invalid record: " + e.getMessage());
      return dead(now, attempt, bare, failure, "the record is no valid job");
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
          return now.chain().run(context, () -> await(binding.handler().handle(payload, context)));
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
    trace(attempt, job, queue);
    try (HandlerScope unused = HandlerScope.open(attempt, job, queue)) {
      String text = bounded(sealed(job, json(body.call())));
      return outcomes.succeeded(attempt, job, text, context.enqueued(), clocks.now());
    } catch (NotTakenException e) {
      return new Outcome.Released();
    } catch (Throwable error) {
      return ended(now, attempt, job, Failures.thrown(unwrap(error)));
    }
  }

  private void trace(Attempt attempt, JobRecord job, String queue) {
    Tracing traced = tracing.get();
    AttemptSpan before = attempt.span();
    attempt.span(
        traced == null
            ? null
            : AttemptSpan.begin(traced, attempt, job, before, queue, names.group(queue)));
  }

  @SuppressWarnings("NullAway") // a payload may be null where its handler expects that
  private <T> T decode(JobRecord job, Class<T> type) {
    if (type == Payload.class && !Sealing.isSealed(job.contentType())) {
      return type.cast(new Payload(job.value(), job.contentType()));
    }
    return codecs.decode(job.topic(), job.value(), job.contentType(), type);
  }

  private static @Nullable Object await(@Nullable Object result) throws Exception {
    return result instanceof CompletionStage<?> stage ? stage.toCompletableFuture().get() : result;
  }

  private static @Nullable String json(@Nullable Object result) {
    if (result == null) {
      return null;
    }
    String text;
    try {
      text = Json.mapper().writeValueAsString(result);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "a handler's result must fit JSON, and a "
              + result.getClass().getName()
              + " does not: "
              + e.getMessage(),
          e);
    }
    return text;
  }

  /** A workflow's templates read results, and so must whoever fills them in. */
  private @Nullable String sealed(JobRecord job, @Nullable String result) {
    return job.replyTo() == ReplyTo.WORKFLOW
        ? result
        : sealing.sealResult(job.contentType(), result);
  }

  private static @Nullable String bounded(@Nullable String text) {
    if (text != null && text.length() > OutcomeRecords.MAX_RESULT) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "a handler's result has "
              + text.length()
              + " characters of at most "
              + OutcomeRecords.MAX_RESULT
              + ". Store it elsewhere and return a reference.");
    }
    return text;
  }

  private static Throwable unwrap(Throwable error) {
    Throwable cause = error.getCause();
    return (error instanceof ExecutionException || error instanceof CompletionException)
            && cause != null
        ? cause
        : error;
  }

  /** The outcome of an attempt that ran into its timeout. */
  public Outcome timedOut(Attempt attempt, JobRecord job) {
    return ended(setup, attempt, job, new AttemptEnd.Failed(OutcomeRecords.timeout(job, attempt)));
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
    JobFailure failure =
        Failures.of(
            "SettlementFailed",
            ownFailure(attempt)
                + "The broker refused what this attempt was to write: "
                + rootOf(reason).getMessage()
                + ". Check the sizes and topics that its handler writes.");
    Outcome dead = dead(attempt, failure);
    return switch (resort) {
      case DEAD_LETTER -> dead;
      case SHORT_DEAD_LETTER -> outcomes.shortened(dead);
      case POINTER_DEAD_LETTER ->
          outcomes.withoutPayload(outcomes.shortened(dead), attempt.record());
      case EVENT_ONLY -> outcomes.eventOnly(dead);
    };
  }

  /** How the attempt itself had failed, which is what people look for first. */
  private static String ownFailure(Attempt attempt) {
    String known = attempt.ownFailure();
    if (known != null) {
      return known;
    }
    String found = "";
    Outcome refused = attempt.outcomeOrNull();
    for (ProducerRecord<byte[], byte[]> record :
        refused == null ? List.<ProducerRecord<byte[], byte[]>>of() : refused.records()) {
      String type = HeaderText.of(record.headers(), JobHeaders.ERROR_TYPE);
      if (type != null) {
        found =
            "The attempt had failed with "
                + type
                + ": "
                + HeaderText.of(record.headers(), JobHeaders.ERROR_MESSAGE)
                + ". ";
      }
    }
    attempt.ownFailure(found);
    return found;
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
    return ended(setup, attempt, job, new AttemptEnd.Failed(failure));
  }

  /** The outcome of a job that ended its process too often, or could not be settled. */
  public Outcome dead(Attempt attempt, JobFailure failure) {
    JobRecord job = attempt.job();
    if (job == null) {
      Setup now = setup;
      try {
        job = now.reader().read(attempt.record());
      } catch (MalformedJobException e) {
        job = JobRecordReader.bare(attempt.record(), now.policies().queue().name());
      }
      attempt.prepared(job, now.policies().attemptsOf(now.policies().retryOf(job)), 0, 0);
    }
    return dead(setup, attempt, job, failure, failure.message());
  }

  private static Throwable rootOf(Throwable error) {
    Throwable root = error;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    return root;
  }

  private Outcome ended(Setup now, Attempt attempt, JobRecord job, AttemptEnd end) {
    Queue queue = now.policies().queue();
    DeadLetter rule = queue.deadLetter() == null ? DeadLetter.own() : queue.deadLetter();
    Decision decision =
        RetryStep.decide(now.policies().retryOf(job), rule, attempt.number(), end, random);
    AttemptSpan traced = attempt.span();
    if (traced != null) {
      traced.failed(failure(decision));
    }
    return switch (decision) {
      case Decision.Retry retry -> again(queue, attempt, job, retry);
      case Decision.DeadLetter dead -> dead(now, attempt, job, dead.failure(), dead.reason());
      case Decision.Discard discard ->
          outcomes.discarded(attempt, job, discard.failure().message(), clocks.now());
      case Decision.Succeed success ->
          throw new IllegalStateException("a failed attempt cannot succeed");
    };
  }

  private static JobFailure failure(Decision decision) {
    return switch (decision) {
      case Decision.Retry retry -> retry.failure();
      case Decision.DeadLetter dead -> dead.failure();
      case Decision.Discard discard -> discard.failure();
      case Decision.Succeed success ->
          throw new IllegalStateException("a failed attempt cannot succeed");
    };
  }

  private Outcome again(Queue queue, Attempt attempt, JobRecord job, Decision.Retry retry) {
    long delay = retry.delay().toMillis();
    return queue.ordering() == Ordering.KEY
        ? outcomes.retriedInPlace(attempt, job, retry.failure(), delay, clocks.now())
        : outcomes.retried(attempt, job, retry.failure(), delay, clocks.now());
  }

  private Outcome dead(
      Setup now, Attempt attempt, JobRecord job, JobFailure failure, String reason) {
    String topic = names.deadLetters(now.policies().queue());
    return outcomes.dead(attempt, job, failure, reason, topic, clocks.now());
  }
}
