package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.scheduler.engine.DueQueue;
import io.clusterdb.tasks.scheduler.engine.JobRequest;
import io.clusterdb.tasks.scheduler.engine.OpenRequests;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.streams.TurnBudget;
import java.util.List;
import java.util.function.Supplier;

/**
 * Commands to the waiting jobs of one partition. Those that have not met their job are kept in the
 * store, so that a crash forgets none. Used by the partition's thread.
 */
final class JobControl {
  /** So many at most are open before a pass is finished at once, which bounds their memory. */
  private static final int MOST_OPEN = 5_000;

  /** A command that comes alone is searched for so far at once. */
  private static final int AT_ONCE_JOBS = 2_000;

  private static final int NEAR_JOBS = 50_000;
  private static final String NO_TOPIC = "";

  /** Whatever the brokers' registry does, the store can be read. */
  private static final PlatformCodec STORED = PlatformCodec.singleObject();

  private final DueQueue waiting;
  private final StoredJobs store;
  private final WaitingEvents events;
  private final OpenRequests open;

  JobControl(DueQueue waiting, StoredJobs store, WaitingEvents events, long now) {
    this.waiting = waiting;
    this.store = store;
    this.events = events;
    this.open = new OpenRequests(waiting);
    store.commands(
        bytes -> {
          JobRequest request =
              JobCommandIntake.read(STORED.decode(NO_TOPIC, bytes, JobCommand.class));
          if (request != null) {
            open.add(request, now);
          }
        });
  }

  /**
   * Takes a command.
   *
   * @return whether it has met its job
   * @throws IllegalArgumentException if it is incomplete
   */
  boolean take(JobCommand command, long now) {
    JobRequest request = JobCommandIntake.read(command);
    if (request == null) {
      return false;
    }
    open.add(request, now);
    TurnBudget near = new TurnBudget(NEAR_JOBS, Long.MAX_VALUE, () -> 0);
    List<JobRequest> done =
        open.lookNear(request, near, (each, key, job) -> apply(each, key, job, now));
    boolean met = done.contains(request);
    if (!met) {
      store.putCommand(request.commandId(), STORED.encode(NO_TOPIC, command));
    }
    forget(done);
    if (open.size() == 1 && open.searching()) {
      boolean unused = search(() -> new TurnBudget(AT_ONCE_JOBS, Long.MAX_VALUE, () -> 0), now);
    }
    if (open.size() > MOST_OPEN) {
      boolean unused =
          search(() -> new TurnBudget(Integer.MAX_VALUE, Long.MAX_VALUE, () -> 0), now);
    }
    return met;
  }

  /** Whether there is something to search for. */
  boolean searching() {
    return open.searching();
  }

  /** Whether any command is open. */
  boolean isOpen() {
    return open.size() > 0;
  }

  /**
   * Goes on searching, and forgets commands whose job is nowhere.
   *
   * @return whether any command has met its job
   */
  boolean search(Supplier<TurnBudget> budget, long now) {
    List<JobRequest> met =
        open.searching()
            ? open.search(budget.get(), (each, key, job) -> apply(each, key, job, now))
            : List.of();
    forget(met);
    forget(open.expire(now));
    return !met.isEmpty();
  }

  /**
   * Meets a job that comes in.
   *
   * @return when it is due now; {@link DueQueue#NEVER} if it has ended
   */
  long meet(WaitingJob job, String jobId, String run, long due, long now) {
    long when = due;
    for (JobRequest request : open.of(jobId)) {
      if (!request.isAbout(run, job.createdAt())) {
        continue;
      }
      open.remove(request);
      store.removeCommand(request.commandId());
      switch (request.what()) {
        case JobRequest.Cancel cancel -> {
          events.cancelled(job, note(cancel), request.commandId(), now);
          return DueQueue.NEVER;
        }
        case JobRequest.Move move -> {
          when = move.notBefore();
          events.moved(job, when, request.commandId(), now);
        }
      }
    }
    return when;
  }

  private boolean apply(JobRequest request, byte[] key, byte[] stored, long now) {
    WaitingJob job = WaitingJobFormat.read(stored);
    if (!request.isAbout(job.run(), job.createdAt())) {
      return false;
    }
    switch (request.what()) {
      case JobRequest.Cancel cancel -> {
        waiting.remove(key);
        events.cancelled(job, note(cancel), request.commandId(), now);
      }
      case JobRequest.Move move -> {
        waiting.move(key, move.notBefore(), stored);
        events.moved(job, move.notBefore(), request.commandId(), now);
      }
    }
    return true;
  }

  /** Why a job ends. */
  static String note(JobRequest.Cancel cancel) {
    return cancel.reason() == null ? "cancelled while it waited" : cancel.reason();
  }

  private void forget(List<JobRequest> requests) {
    requests.forEach(request -> store.removeCommand(request.commandId()));
  }
}
