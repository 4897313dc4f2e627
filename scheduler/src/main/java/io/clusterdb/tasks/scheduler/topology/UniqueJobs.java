package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.scheduler.engine.DueQueue;
import io.clusterdb.tasks.scheduler.engine.DueQueue.Exit;
import io.clusterdb.tasks.scheduler.engine.JobRequest;
import io.clusterdb.tasks.scheduler.engine.KeyHolder;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys.Ask;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys.Decision;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.streams.Alarm;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.routing.Outgoing;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** One partition of the jobs that ask for admission under their unique key. */
final class UniqueJobs implements Processor<byte[], byte[], byte[], Outgoing> {
  private final TopologyParts parts;
  private ProcessorContext<byte[], Outgoing> context;
  private Departures departures;
  private UniqueAnswers answers;
  private UniqueKeys keys;
  private DueQueue times;
  private ThreadShare share;
  private Commits commits;
  private Alarm alarm;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  UniqueJobs(TopologyParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    departures = parts.departures(newContext, SchedulerTopology.UNIQUE_OUT);
    answers = new UniqueAnswers(parts.names(), parts.codec(), departures);
    StoredJobs store = new StoredJobs(context.getStateStore(TopologyParts.UNIQUE_STORE));
    times = new DueQueue(store);
    keys = new UniqueKeys(store, times);
    share = parts.share();
    commits = parts.commits(newContext);
    alarm = new Alarm(newContext, this::turn);
    wakeUp();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    String released = HeaderText.of(record.headers(), JobHeaders.UNIQUE_RELEASED);
    if (released != null && record.key() != null) {
      keys.release(new String(record.key(), StandardCharsets.UTF_8), released);
      commits.soon();
      return;
    }
    if (record.headers().lastHeader(JobHeaders.UNIQUE_COMMAND) != null) {
      command(record, at);
      parts.commit(commits);
      return;
    }
    try {
      JobRecord job = JobIntake.read(record, at);
      String named = JobIntake.queueOf(record.headers());
      WaitingJob waiting =
          JobIntake.waiting(job, named == null ? parts.queues().queueOf(job.type()) : named);
      ask(UniqueIntake.read(waiting), waiting, job.notBefore());
    } catch (MalformedJobException e) {
      departures.unreadable(record, at, String.valueOf(e.getMessage()));
    }
    commits.soon();
    wakeUp();
  }

  /** A command that was passed on to every partition. */
  private void command(Record<byte[], byte[]> record, RecordMetadata at) {
    if (record.value() == null) {
      departures.unreadable(record, at, "expected a command to a job, found no value");
      return;
    }
    try {
      JobRequest request =
          JobCommandIntake.read(parts.codec().decode(at.topic(), record.value(), JobCommand.class));
      if (request != null && request.what() instanceof JobRequest.Cancel cancel) {
        cancel(request, JobControl.note(cancel));
      }
    } catch (SerializationException | IllegalArgumentException e) {
      departures.unreadable(record, at, "expected a command to a job: " + e.getMessage());
    }
  }

  private void cancel(JobRequest request, String note) {
    byte[] stored = keys.cancel(request.jobId(), bytes -> isMeant(request, bytes));
    if (stored != null) {
      WaitingJob job = unheld(WaitingJobFormat.read(stored));
      parts.events(departures).cancelled(job, note, request.commandId(), parts.clock().millis());
      commits.soon();
    }
  }

  private static boolean isMeant(JobRequest request, byte[] stored) {
    WaitingJob job = WaitingJobFormat.read(stored);
    return request.isAbout(job.run(), job.createdAt());
  }

  private void ask(Ask ask, WaitingJob job, long notBefore) {
    long now = parts.clock().millis();
    WaitingJob admitted = admitted(job, notBefore);
    switch (keys.ask(ask, WaitingJobFormat.write(admitted), now)) {
      case Decision.Again again -> answers.admitted(job, again.holder(), null, now);
      case Decision.Held held -> {
        answers.held(job, held.holder(), now);
        parts
            .events(departures)
            .cancelled(unheld(job), "held by job " + held.holder().id(), null, now);
      }
      case Decision.Admit admit -> {
        KeyHolder replaced = admit.replaced();
        answers.admitted(job, admit.holder(), replaced, now);
        if (admit.replacedJob() != null) {
          parts
              .events(departures)
              .cancelled(
                  unheld(WaitingJobFormat.read(admit.replacedJob())),
                  "replaced by job " + job.id(),
                  null,
                  now);
        }
        if (!admit.holder().waits()) {
          departures.leaveOrWait(admitted, notBefore, now);
        }
      }
    }
  }

  /** The job as it goes on: it has asked, and its time is spelled out since it may wait here. */
  private static WaitingJob admitted(WaitingJob job, long notBefore) {
    var headers = JobIntake.without(job.headers(), JobHeaders.UNIQUE_REPLY_KEY);
    if (notBefore > 0) {
      headers.add(JobHeaders.NOT_BEFORE, HeaderText.bytes(notBefore));
    }
    return new WaitingJob(headers, job.value());
  }

  /** A job that never held its key has none to free when it ends. */
  private static WaitingJob unheld(WaitingJob job) {
    return new WaitingJob(JobIntake.without(job.headers(), JobHeaders.UNIQUE_RELEASE), job.value());
  }

  private void turn(long machineNow) {
    long now = parts.clock().millis();
    boolean more = false;
    if (times.nextDue() <= now) {
      more = keys.turn(now, parts.turnBudget(share.partitions()), job -> leave(job, now));
      commits.soon();
    } else if (!times.swept()) {
      times.sweep(parts.sweepBudget(share.partitions()));
    }
    if (more) {
      alarm.set(machineNow + 1);
    } else {
      wakeUp();
    }
  }

  private long leave(byte[] stored, long now) {
    WaitingJob job = WaitingJobFormat.read(stored);
    String notBefore = job.text(JobHeaders.NOT_BEFORE);
    WaitingJob going =
        new WaitingJob(JobIntake.without(job.headers(), JobHeaders.NOT_BEFORE), job.value());
    departures.leaveOrWait(going, notBefore == null ? 0 : Long.parseLong(notBefore), now);
    return Exit.GONE;
  }

  private void wakeUp() {
    long now = parts.clock().millis();
    long next = times.swept() ? times.nextDue() : now;
    if (next != DueQueue.NEVER) {
      alarm.set(parts.turns().next(next, now, context.currentSystemTimeMs()));
    }
  }
}
