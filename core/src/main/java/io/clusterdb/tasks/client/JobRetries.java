package io.clusterdb.tasks.client;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.kafka.Acknowledged;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Gives jobs that ended another run. Dead ones come from their dead letters; cancelled ones from
 * the log, as long as their record is on it. Thread-safe.
 */
public final class JobRetries {
  private final TasksRuntime runtime;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;

  JobRetries(TasksRuntime runtime, Supplier<? extends Producer<byte[], byte[]>> producer) {
    this.runtime = runtime;
    this.producer = producer;
  }

  /**
   * Gives a job another run, wherever it is found. Of several runs that are dead letters, the last
   * one is retried. Dead letters of queues that this user may not read are left out.
   *
   * @throws TasksException JOB_NOT_FOUND, or CONFLICT if it is neither dead nor cancelled;
   *     FORBIDDEN if it may be among what was left out
   */
  public JobId retry(String id) {
    TasksException refused = null;
    for (String name : deadLetterQueues(runtime.catalog().latest())) {
      List<DeadJob> letters = List.of();
      try {
        letters = runtime.queues().deadLetters(name).find(id);
      } catch (TasksException e) {
        if (e.code() != ErrorCode.FORBIDDEN) {
          throw e;
        }
        refused = e;
      }
      if (!letters.isEmpty()) {
        return dead(name, letters.getLast());
      }
    }
    JobEvent last = lastEvent(id);
    if (refused != null && (last == null || last.getState() == JobState.DEAD)) {
      throw refused;
    }
    if (last == null) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "expected a dead letter or a cancellation of job %s, found neither. A dead letter goes with its queue's retention, and the event log tells of a week; enqueue the job again, or check the id."
              .formatted(id));
    }
    if (last.getState() != JobState.CANCELLED) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "expected job %s to be dead or cancelled, found %s. %s"
              .formatted(id, last.getState(), advice(last)));
    }
    return cancelled(last);
  }

  /**
   * Gives a dead job another run.
   *
   * @param name its queue, or its dead letter queue
   * @throws TasksException JOB_NOT_FOUND if it is no longer there; why it cannot be replayed
   */
  public JobId dead(String name, DeadJob letter) {
    List<Replayed> outcomes = new ArrayList<>();
    runtime
        .queues()
        .deadLetters(name)
        .replay(Replay.of(job -> sameRun(job, letter)), outcomes::add);
    return switch (outcomes.isEmpty() ? null : outcomes.getFirst()) {
      case Replayed.Done done -> new JobId(letter.id(), done.run());
      case Replayed.Refused refused -> throw refused.reason();
      case null ->
          throw new TasksException(
              ErrorCode.JOB_NOT_FOUND,
              "expected a dead letter of job %s in %s, found none any more. Somebody else replayed or purged it."
                  .formatted(letter.id(), name));
    };
  }

  private JobId cancelled(JobEvent end) {
    CatalogSnapshot catalog = runtime.catalog().latest();
    Queue queue = catalog.queue(end.getQueue());
    if (queue == null) {
      throw Router.notFound(end.getQueue(), ", to take job " + end.getJobId());
    }
    DeadRecord record = new CancelledJobs(runtime).find(queue, end);
    NewRuns.NewRun run = new NewRuns(runtime).of(record, queue, null);
    var unused =
        Acknowledged.send(
            producer.get(),
            run.record(),
            "retry job " + end.getJobId(),
            runtime.config().bootstrap());
    return new JobId(end.getJobId(), run.run());
  }

  /** Names that stand for every topic of dead letters, each once. */
  private List<String> deadLetterQueues(CatalogSnapshot catalog) {
    List<String> names = new ArrayList<>();
    List<String> topics = new ArrayList<>();
    for (Queue queue : catalog.queues().values()) {
      String topic = runtime.names().deadLetters(queue);
      if (!topics.contains(topic)) {
        topics.add(topic);
        names.add(queue.name());
      }
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  private @Nullable JobEvent lastEvent(String id) {
    List<JobEvent> last = new ArrayList<>(1);
    new EventReader(runtime)
        .read(
            new EventReader.Query(null, id, true, false),
            () -> Thread.currentThread().isInterrupted(),
            event -> {
              last.clear();
              last.add(event);
            });
    return last.isEmpty() ? null : last.getFirst();
  }

  private static boolean sameRun(DeadJob one, DeadJob other) {
    return one.id().equals(other.id()) && one.run().equals(other.run());
  }

  private static String advice(JobEvent last) {
    return switch (last.getState()) {
      case SUCCEEDED -> "Enqueue it again if it is to run once more.";
      case DEAD ->
          "Its dead letter was replayed or purged, or has expired; a workflow's task leaves none,"
              + " and is retried by its run (`tasks workflow retry`).";
      case SCHEDULED, QUEUED, RUNNING, RETRYING, CANCELLED ->
          "It goes on by itself; see 'tasks events --job %s'.".formatted(last.getJobId());
    };
  }
}
