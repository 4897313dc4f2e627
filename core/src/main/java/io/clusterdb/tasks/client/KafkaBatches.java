package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.kafka.Acknowledged;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Batches: jobs that are counted together. Thread-safe. */
final class KafkaBatches {
  private final TasksRuntime runtime;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;

  KafkaBatches(TasksRuntime runtime, Supplier<? extends Producer<byte[], byte[]>> producer) {
    this.runtime = runtime;
    this.producer = producer;
  }

  /** Everything is checked before the first job is sent. */
  List<EnqueueResult> enqueue(String batch, Collection<Job> jobs, @Nullable Job then) {
    CatalogSnapshot catalog = runtime.catalog().current();
    List<Job> members = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      members.add(member(batch, job));
      requireTracking(catalog, batch, job);
    }
    ProducerRecord<byte[], byte[]> end = record(batch, jobs.size(), then);
    List<EnqueueResult> results = runtime.queues().enqueue(members);
    if (results.stream().allMatch(EnqueueResult.Accepted.class::isInstance)) {
      send(batch, end);
    }
    return results;
  }

  private static Job member(String batch, Job job) {
    if (job.batchId() != null && !job.batchId().equals(batch)) {
      throw invalid(
          "expected jobs of batch %s or of none, found one of batch %s."
              .formatted(batch, job.batchId()));
    }
    return new Job(
        job.type(),
        job.payload(),
        job.id(),
        job.queue(),
        job.key(),
        job.priority(),
        job.timeout(),
        job.schedule(),
        job.retry(),
        job.unique(),
        batch,
        job.metadata());
  }

  private static void requireTracking(CatalogSnapshot catalog, String batch, Job job) {
    Queue queue = catalog.queue(catalog.queueOf(job.queue(), job.type()));
    if (queue != null && queue.tracking() == Tracking.OFF) {
      throw invalid(
          "expected queues that are tracked for batch %s, found queue %s with tracking off. Set it to outcomes or full."
              .formatted(batch, queue.name()));
    }
  }

  void close(String batch, long jobs, @Nullable Job then) {
    if (jobs < 0) {
      throw invalid("expected a batch of 0 jobs or more, found %d.".formatted(jobs));
    }
    send(batch, record(batch, jobs, then));
  }

  private void send(String batch, ProducerRecord<byte[], byte[]> record) {
    var unused =
        Acknowledged.send(
            producer.get(), record, "close batch " + batch, runtime.config().bootstrap());
  }

  private ProducerRecord<byte[], byte[]> record(String batch, long jobs, @Nullable Job then) {
    RecordHeaders headers = new RecordHeaders();
    byte @Nullable [] value = null;
    if (then != null) {
      ProducerRecord<byte[], byte[]> job = waiting(batch, then);
      job.headers().forEach(headers::add);
      value = job.value();
    }
    headers.add(JobHeaders.BATCH_TOTAL, HeaderText.bytes(jobs));
    return new ProducerRecord<>(
        runtime.names().batchCommands(), null, HeaderText.bytes(batch), value, headers);
  }

  /** The job as one that waits for its time, which has come when the batch is complete. */
  private ProducerRecord<byte[], byte[]> waiting(String batch, Job then) {
    if (then.unique() != null || batch.equals(then.batchId())) {
      throw invalid(
          "expected a job after batch %s that is neither unique nor of this batch, found %s."
              .formatted(batch, then.unique() == null ? "one of it" : "a unique one"));
    }
    Schedule when =
        then.schedule() == null ? Schedule.at(runtime.clock().instant()) : then.schedule();
    return runtime
        .records()
        .prepare(
            new Job(
                then.type(),
                then.payload(),
                then.id(),
                then.queue(),
                then.key(),
                then.priority(),
                then.timeout(),
                when,
                then.retry(),
                null,
                then.batchId(),
                then.metadata()))
        .record();
  }

  BatchStatus status(String batch, @Nullable Duration complete) {
    ApiRequest request = ApiRequest.get("v1", "batches", batch);
    if (complete != null) {
      request =
          request
              .query("until", "complete")
              .query("wait", complete.toMillis() + "ms")
              .waiting(complete);
    }
    return parse(runtime.api().call(request));
  }

  private static BatchStatus parse(JsonNode json) {
    Map<JobState, Long> states = new EnumMap<>(JobState.class);
    json.path("byState")
        .properties()
        .forEach(each -> states.put(JobState.valueOf(each.getKey()), each.getValue().asLong()));
    JsonNode total = json.path("total");
    return new BatchStatus(
        json.path("id").asText(),
        total.isNumber() ? total.asLong() : null,
        json.path("done").asLong(),
        json.path("complete").asBoolean(),
        states);
  }

  private static TasksException invalid(String message) {
    return new TasksException(ErrorCode.INVALID_JOB, message);
  }
}
