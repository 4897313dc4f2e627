package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.scheduler.engine.DueKey;
import io.clusterdb.tasks.scheduler.engine.DueQueue;
import io.clusterdb.tasks.scheduler.engine.DueQueue.Exit;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.streams.Alarm;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.routing.Outgoing;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * One partition of the jobs that wait. It asks to be woken when something is due and not otherwise:
 * Kafka Streams commits after every punctuation, also after one that found nothing to do.
 */
final class DelayedJobs implements Processor<byte[], byte[], byte[], Outgoing> {
  /** Commands whose job is nowhere are forgotten so often. */
  private static final long COMMANDS_EXPIRE_MS = 2_000;

  private final TopologyParts parts;
  private ProcessorContext<byte[], Outgoing> context;
  private Departures departures;
  private ThreadShare share;
  private Commits commits;
  private DueQueue waiting;
  private JobControl control;
  private Alarm alarm;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  DelayedJobs(TopologyParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    departures = parts.departures(newContext, SchedulerTopology.DELAYED_OUT);
    StoredJobs store = new StoredJobs(context.getStateStore(TopologyParts.STORE));
    waiting = new DueQueue(store);
    control = new JobControl(waiting, store, parts.events(departures), parts.clock().millis());
    share = parts.share();
    commits = parts.commits(newContext);
    alarm = new Alarm(newContext, this::turn);
    share.enter();
    wakeUp();
  }

  @Override
  public void close() {
    share.leave();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    if (at.topic().equals(parts.names().control())) {
      command(record, at);
    } else {
      job(record, at);
    }
    parts.commit(commits);
  }

  private void job(Record<byte[], byte[]> record, RecordMetadata at) {
    String queue = queueOf(record);
    try {
      take(JobIntake.read(record, at), queue);
    } catch (MalformedJobException e) {
      departures.malformed(record, at, queue, String.valueOf(e.getMessage()));
    }
  }

  private void command(Record<byte[], byte[]> record, RecordMetadata at) {
    if (record.value() == null) {
      departures.unreadable(record, at, "expected a command to a job, found no value");
      return;
    }
    try {
      JobCommand command = parts.codec().decode(at.topic(), record.value(), JobCommand.class);
      boolean met = control.take(command, parts.clock().millis());
      if (!met && command.getKind() == JobCommandKind.CANCEL) {
        passOn(record, command.getCommandId());
      }
      commits.soon();
      wakeUp();
    } catch (SerializationException | IllegalArgumentException e) {
      departures.unreadable(record, at, "expected a command to a job: " + e.getMessage());
    }
  }

  /** The job may wait for newer ones under a unique key. */
  private void passOn(Record<byte[], byte[]> record, String command) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_COMMAND, HeaderText.bytes(command));
    context.forward(
        new Record<>(
            record.key(),
            new Outgoing(parts.names().unique(), record.value()),
            context.currentSystemTimeMs(),
            headers),
        SchedulerTopology.UNIQUE_COMMANDS);
  }

  private String queueOf(Record<byte[], byte[]> record) {
    String named = JobIntake.queueOf(record.headers());
    if (named != null) {
      return named;
    }
    String type = HeaderText.of(record.headers(), JobHeaders.TYPE);
    return parts.queues().queueOf(type == null ? "" : type);
  }

  private void take(JobRecord job, String queue) {
    WaitingJob waitingJob = JobIntake.waiting(job, queue);
    long now = parts.clock().millis();
    long due = control.meet(waitingJob, job.id(), job.run(), job.notBefore(), now);
    if (due == DueQueue.NEVER) {
      commits.soon();
      return;
    }
    if (due <= now) {
      long wanted = due;
      due = departures.leave(waitingJob, now);
      if (due == Exit.GONE) {
        parts.left(wanted, now);
        commits.soon();
        return;
      }
    }
    waiting.add(due, job.id(), job.run(), WaitingJobFormat.write(waitingJob));
    wakeUp();
  }

  private void turn(long machineNow) {
    long now = parts.clock().millis();
    boolean more = false;
    if (waiting.nextDue() <= now) {
      more =
          waiting.turn(
              now, parts.turnBudget(share.partitions()), (key, job) -> leave(key, job, now));
      commits.soon();
    } else if (!waiting.swept()) {
      waiting.sweep(parts.sweepBudget(share.partitions()));
    }
    if (control.search(() -> parts.searchBudget(share.partitions()), now)) {
      commits.soon();
    }
    if (more) {
      alarm.set(machineNow + 1);
    } else {
      wakeUp();
    }
  }

  private long leave(byte[] key, byte[] job, long now) {
    long again = departures.leave(WaitingJobFormat.read(job), now);
    if (again == Exit.GONE) {
      parts.left(DueKey.due(key), now);
    }
    return again;
  }

  private void wakeUp() {
    long now = parts.clock().millis();
    long next = waiting.swept() && !control.searching() ? waiting.nextDue() : now;
    if (control.isOpen()) {
      next = Math.min(next, now + COMMANDS_EXPIRE_MS);
    }
    if (next != DueQueue.NEVER) {
      alarm.set(parts.turns().next(next, now, context.currentSystemTimeMs()));
    }
  }
}
