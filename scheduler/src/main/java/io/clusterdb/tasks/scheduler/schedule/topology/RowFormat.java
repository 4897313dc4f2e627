package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import io.clusterdb.tasks.scheduler.schedule.engine.Definition;
import io.clusterdb.tasks.scheduler.schedule.engine.PassedOver;
import io.clusterdb.tasks.scheduler.schedule.engine.Run;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleRow;
import io.clusterdb.tasks.scheduler.schedule.engine.Waiting;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.ScheduleRun;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A schedule's row, all but its definition, as the record that is stored and published. Pure. */
final class RowFormat {
  private RowFormat() {}

  static ScheduleState write(String name, ScheduleRow row, Instant at) {
    Definition definition = row.definition();
    Run last = row.lastRun();
    Waiting waiting = row.waiting();
    PassedOver passed = row.passedOver();
    return ScheduleState.newBuilder()
        .setName(name)
        .setAt(at)
        .setVersion(definition == null ? 0 : definition.version())
        .setPaused(row.paused())
        .setNext(row.next())
        .setLastRun(last == null ? null : write(last))
        .setWaiting(waiting == null ? null : waiting.time())
        .setWaitingJobId(waiting == null ? null : waiting.job().value())
        .setWaitingPlanned(waiting != null && waiting.planned())
        .setPassedOver(passed == null ? null : passed.planned())
        .setPassedOverFor(passed == null ? null : passed.reason().name())
        .setFires(row.fires())
        .setDecidedTo(row.decidedTo())
        .build();
  }

  private static ScheduleRun write(Run run) {
    Run.Ending ending = run.ending();
    JobFailure error = ending == null ? null : ending.error();
    return ScheduleRun.newBuilder()
        .setJobId(run.job().value())
        .setRun(run.job().run())
        .setPlannedAt(run.plannedAt())
        .setFiredAt(run.firedAt())
        .setState(ending == null ? null : JobState.valueOf(ending.state().name()))
        .setEndedAt(ending == null ? null : ending.at())
        .setError(error == null ? null : new JobError(error.type(), error.message()))
        .build();
  }

  static ScheduleRow read(ScheduleState state, @Nullable Definition definition) {
    Instant waiting = state.getWaiting();
    String waitingJob = state.getWaitingJobId();
    Instant passed = state.getPassedOver();
    String reason = state.getPassedOverFor();
    return new ScheduleRow(
        definition,
        state.getPaused(),
        state.getDecidedTo(),
        state.getLastRun() == null ? null : read(state.getLastRun()),
        waiting == null || waitingJob == null
            ? null
            : new Waiting(ScheduleJobs.ofId(waitingJob), waiting, state.getWaitingPlanned()),
        passed == null || reason == null
            ? null
            : new PassedOver(passed, PassedOver.Reason.valueOf(reason)),
        state.getFires());
  }

  private static Run read(ScheduleRun run) {
    JobState state = run.getState();
    Instant ended = run.getEndedAt();
    return new Run(
        new JobId(run.getJobId(), run.getRun()),
        run.getPlannedAt(),
        run.getFiredAt(),
        state == null || ended == null ? null : ending(state, ended, run.getError()));
  }

  /** How a job ended, as records tell it. */
  static Run.Ending ending(JobState state, Instant at, @Nullable JobError error) {
    return new Run.Ending(
        io.clusterdb.tasks.JobState.valueOf(state.name()),
        at,
        error == null ? null : new JobFailure(error.getType(), error.getMessage()));
  }
}
