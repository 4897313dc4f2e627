package io.clusterdb.tasks.client;

import io.clusterdb.tasks.DeadLetters.ReplayListener;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One replay: moves dead letters to queues at its pace. Not thread-safe. */
final class ReplayRun implements DeadLetterLog.Sink {
  private static final int MOST_JOBS = 200;

  private final TasksRuntime runtime;
  private final Replay replay;
  private final ReplayListener listener;
  private final NewRuns runs;
  private final @Nullable LetterMoves moves;
  private final int mostJobs;
  private final List<Replayed> pending = new ArrayList<>();
  private long moved;
  private long startedAt;

  /**
   * Creates one.
   *
   * @param moves carries it out; null for a dry run
   */
  ReplayRun(
      TasksRuntime runtime, Replay replay, ReplayListener listener, @Nullable LetterMoves moves) {
    this.runtime = runtime;
    this.replay = replay;
    this.listener = listener;
    this.moves = moves;
    this.runs = new NewRuns(runtime);
    this.mostJobs =
        replay.perSecond() > 0
            ? Math.clamp((long) (replay.perSecond() / 4), 1, MOST_JOBS)
            : MOST_JOBS;
  }

  @Override
  public void start(long letters) {
    startedAt = System.nanoTime();
    listener.onStart(letters);
  }

  @Override
  public boolean take(DeadRecord letter) {
    if (replay.which().test(letter)) {
      pending.add(outcome(letter));
    }
    if (moves == null || moves.isDue() || pending.size() >= mostJobs) {
      commit();
      keepPace();
    }
    return true;
  }

  /** Commits the rest. */
  void finish() {
    commit();
  }

  private Replayed outcome(DeadRecord letter) {
    Queue queue;
    NewRuns.NewRun run;
    try {
      queue = runs.target(letter, replay.to());
      run = runs.of(letter, queue, replay.transform());
    } catch (TasksException e) {
      if (e.code() == ErrorCode.CANCELLED) {
        throw e;
      }
      return new Replayed.Refused(letter, e);
    }
    if (moves != null) {
      runs.ensureTopic(queue, letter);
      moves.add(run.record());
      moves.add(ReplayRecords.tombstone(letter));
    }
    return new Replayed.Done(letter, queue.name(), run.run());
  }

  private void commit() {
    if (moves != null) {
      moves.commit();
    }
    moved += pending.size();
    pending.forEach(listener::onReplayed);
    pending.clear();
  }

  /** Waits until the next are due; nothing is open meanwhile. */
  private void keepPace() {
    if (replay.perSecond() <= 0 || replay.dryRun()) {
      return;
    }
    long due = startedAt + (long) (moved / replay.perSecond() * 1e9);
    try {
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    } catch (InterruptedException e) {
      throw KafkaErrors.of("replay dead letters", runtime.config().bootstrap(), e);
    }
  }
}
