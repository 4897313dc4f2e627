package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.CheckedJobRecords.Draft;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.trace.JobSpans;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Sends jobs with the connection's producer. Thread-safe. */
final class JobSender {
  private final CheckedJobRecords records;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final String bootstrap;
  private final Supplier<@Nullable Tracing> tracing;
  private final SentJobs sent;

  JobSender(
      CheckedJobRecords records,
      Supplier<? extends Producer<byte[], byte[]>> producer,
      String bootstrap,
      Supplier<@Nullable Tracing> tracing,
      SentJobs sent) {
    this.tracing = tracing;
    this.sent = sent;
    this.records = records;
    this.producer = producer;
    this.bootstrap = bootstrap;
  }

  /**
   * Sends a job; the future completes when the broker has it for good.
   *
   * @throws TasksException if the job is refused before it is sent
   */
  CompletableFuture<JobId> send(Job job, @Nullable String replyKey) {
    return send(job, records.draft(job, replyKey));
  }

  private CompletableFuture<JobId> send(Job job, Draft draft) {
    Tracing traced = tracing.get();
    if (traced == null) {
      TraceContext.handOn(draft.prepared().record().headers());
      return send(job, draft, null);
    }
    Span span = traced.send(draft.prepared().record());
    try (Scope unused = span.makeCurrent()) {
      return send(job, draft, span);
    }
  }

  private CompletableFuture<JobId> send(Job job, Draft draft, @Nullable Span span) {
    CompletableFuture<JobId> done = new CompletableFuture<>();
    try {
      var unused =
          producer
              .get()
              .send(
                  draft.prepared().record(),
                  (metadata, error) -> {
                    draft.settle();
                    end(span, error);
                    if (error == null) {
                      sent.count(draft.queue());
                      done.complete(draft.prepared().id());
                    } else {
                      done.completeExceptionally(failed(job, error));
                    }
                  });
    } catch (RuntimeException e) {
      draft.settle();
      end(span, e);
      done.completeExceptionally(failed(job, e));
    }
    return done;
  }

  private static void end(@Nullable Span span, @Nullable Exception error) {
    if (span != null) {
      JobSpans.end(span, error);
    }
  }

  /**
   * Sends a job with further headers; as {@link #send(Job, String)}.
   *
   * @throws TasksException if the job is refused before it is sent
   */
  CompletableFuture<JobId> send(Job job, Consumer<Headers> more) {
    Draft draft = records.draft(job, null);
    more.accept(draft.prepared().record().headers());
    return send(job, draft);
  }

  /** Sends a job and waits. */
  JobId sendAndWait(Job job) {
    try {
      return send(job, (String) null).get();
    } catch (InterruptedException | ExecutionException e) {
      throw failed(job, e);
    }
  }

  /** A future's or a client's error as the one to throw. */
  TasksException failed(Job job, Throwable error) {
    if (error instanceof IllegalStateException) {
      // The producer's way to say that it is closed.
      return new TasksException(ErrorCode.CLOSED, Lazy.CLOSED, error);
    }
    String name = job.id() == null ? "a job of type " + job.type() : "job " + job.id();
    return KafkaErrors.of("enqueue " + name, bootstrap, error);
  }
}
