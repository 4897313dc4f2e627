package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.scheduler.engine.TurnTimes;
import io.clusterdb.tasks.scheduler.schedule.engine.Definition;
import io.clusterdb.tasks.scheduler.schedule.engine.Run;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEngine;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleInput;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleRow;
import io.clusterdb.tasks.scheduler.schedule.topology.Inputs.Input;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.RegistryException;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import io.clusterdb.tasks.streams.Alarm;
import io.clusterdb.tasks.streams.Commits;
import io.clusterdb.tasks.streams.TurnBudget;
import io.clusterdb.tasks.streams.routing.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one task of all schedules: takes definitions, commands and outcomes, and fires what is due. A
 * fire's job, the row that says that it was fired and what is published of it are of one
 * transaction. It asks to be woken when something is due and not otherwise.
 */
final class Schedules implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger log = LoggerFactory.getLogger(Schedules.class);

  /** How often a registry that was away is asked again. */
  private static final long REGISTRY_AGAIN_MS = 2_000;

  private final ScheduleParts parts;
  private final TurnTimes turns;
  private final Duration grid;
  private final Inputs inputs;
  private ProcessorContext<byte[], Outgoing> context;
  private Commits commits;
  private Rows rows;
  private Postponed postponed;
  private Dispatch dispatch;
  private FireCounts counts;
  private Alarm alarm;

  @SuppressWarnings("NullAway.Init") // init() comes before all else
  Schedules(ScheduleParts parts) {
    this.parts = parts;
    this.turns = new TurnTimes(parts.settings().gridMs(), parts.settings().clockCheckMs());
    this.grid = Duration.ofMillis(parts.settings().gridMs());
    this.inputs = new Inputs(parts.names(), parts.codec());
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> newContext) {
    context = newContext;
    commits = new Commits(newContext, parts.paces().get());
    rows = new Rows(newContext.getStateStore(ScheduleTopology.STORE));
    postponed = new Postponed(newContext.getStateStore(ScheduleTopology.STORE));
    dispatch = new Dispatch(newContext, parts);
    counts = new FireCounts(newContext.metrics(), parts.meters());
    alarm = new Alarm(newContext, this::turn);
    wakeUp();
  }

  @Override
  public void close() {
    counts.close();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    try {
      Input input = inputs.read(at.topic(), record);
      if (input != null) {
        if (take(input)) {
          commits.soon();
        }
        wakeUp();
      }
    } catch (RegistryException e) {
      postpone(at, record, e);
    } catch (SerializationException | IllegalArgumentException e) {
      String place = at.topic() + "-" + at.partition() + "@" + at.offset();
      dispatch.malformed(record, place, String.valueOf(e.getMessage()));
    }
    commits.later(grid, grid);
  }

  private boolean take(Input input) {
    if (input.input() instanceof ScheduleInput.Define) {
      rows.define(input.name(), input.definition());
    }
    return apply(input.name(), input.input(), parts.clock().instant());
  }

  /** The catalog needs no registry, and neither do commands. */
  private void postpone(RecordMetadata at, Record<byte[], byte[]> record, RegistryException error) {
    log.warn(
        "Offset {} of {} waits for the schema registry, which must answer: {}",
        at.offset(),
        at.topic(),
        error.getMessage());
    if (at.topic().equals(parts.names().scheduleOutcomes()) && record.value() != null) {
      postponed.add(at.offset(), record.value());
      wakeUp();
    } else {
      dispatch.malformed(
          record, at.topic() + "@" + at.offset(), String.valueOf(error.getMessage()));
    }
  }

  /** Returns whether something was fired. */
  private boolean apply(String name, ScheduleInput input, Instant now) {
    ScheduleRow row = rows.get(name);
    List<ScheduleEvent> events = ScheduleEngine.decide(row, input, now);
    if (events.isEmpty()) {
      return false;
    }
    boolean lives = row.definition() != null;
    for (ScheduleEvent event : events) {
      Definition before = row.definition();
      row = ScheduleEngine.evolve(row, event);
      if (before != null) {
        counts.count(before.task(), event);
      }
      if (event instanceof ScheduleEvent.Fired fired && before != null) {
        row = fire(before, row, fired, now);
      }
    }
    ScheduleState state = RowFormat.write(name, row, now);
    rows.put(name, row, state);
    if (row.definition() != null) {
      publish(name, state);
    } else if (lives) {
      rows.define(name, null);
      counts.forget(name);
      dispatch.send(parts.names().scheduleState(), name, null);
    }
    return events.stream().anyMatch(ScheduleEvent.Fired.class::isInstance);
  }

  /** Sends a job; one that cannot go anywhere has ended. */
  private ScheduleRow fire(
      Definition definition, ScheduleRow row, ScheduleEvent.Fired fired, Instant now) {
    if (fired.replaced() != null) {
      cancel(fired.replaced(), fired.run().job(), now);
    }
    JobFailure refused = dispatch.start(definition.task(), fired.run().job(), fired.time(), now);
    return refused == null
        ? row
        : ScheduleEngine.evolve(
            row, new ScheduleEvent.Ended(new Run.Ending(JobState.DEAD, now, refused)));
  }

  private void cancel(JobId job, JobId successor, Instant now) {
    String topic = parts.names().control();
    JobCommand command =
        JobCommand.newBuilder()
            .setCommandId("replaced-by-" + successor.value())
            .setAt(now)
            .setJobId(job.value())
            .setRun(job.run())
            .setKind(JobCommandKind.CANCEL)
            .setReason("replaced by " + successor.value())
            .build();
    dispatch.send(topic, job.value(), parts.codec().encode(topic, command));
  }

  private void publish(String name, ScheduleState state) {
    String topic = parts.names().scheduleState();
    PlatformCodec codec = parts.codec();
    dispatch.send(topic, name, codec.encode(topic, state));
  }

  private void turn(long machineNow) {
    Instant now = parts.clock().instant();
    takePostponed();
    TurnBudget budget =
        new TurnBudget(
            parts.settings().turnJobs(), parts.settings().turnMs() * 1_000_000, parts.ticker());
    Rows.@Nullable Due due = rows.first();
    while (due != null && !due.at().isAfter(now) && budget.take()) {
      apply(due.name(), new ScheduleInput.Wake(), now);
      due = rows.first();
    }
    commits.soon();
    if (due != null && !due.at().isAfter(now)) {
      alarm.set(machineNow + 1);
    } else {
      wakeUp();
    }
  }

  private void takePostponed() {
    String topic = parts.names().scheduleOutcomes();
    while (!postponed.isEmpty()) {
      Map.Entry<String, byte[]> first = postponed.first();
      Record<byte[], byte[]> record = new Record<>(new byte[0], first.getValue(), 0);
      try {
        Input input = inputs.read(topic, record);
        if (input != null) {
          boolean unused = take(input);
        }
      } catch (RegistryException e) {
        return;
      } catch (SerializationException | IllegalArgumentException e) {
        dispatch.malformed(record, first.getKey(), String.valueOf(e.getMessage()));
      }
      postponed.remove(first.getKey());
    }
  }

  private void wakeUp() {
    Rows.@Nullable Due due = rows.first();
    long machineNow = context.currentSystemTimeMs();
    if (due != null) {
      alarm.set(turns.next(millis(due.at()), parts.clock().millis(), machineNow));
    }
    if (!postponed.isEmpty()) {
      alarm.set(machineNow + REGISTRY_AGAIN_MS);
    }
  }

  private static long millis(Instant time) {
    return time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))
        ? Long.MAX_VALUE
        : time.toEpochMilli();
  }
}
