package io.clusterdb.tasks.client;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.Replay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Dead letters in their topic. Thread-safe. */
final class KafkaDeadLetters implements DeadLetters {
  private final TasksRuntime runtime;
  private final String topic;
  private final DeadLetterLog log;

  /**
   * Opens them.
   *
   * @param name a queue's name, or a dead letter queue's
   * @throws io.clusterdb.tasks.TasksException QUEUE_NOT_FOUND
   */
  KafkaDeadLetters(TasksRuntime runtime, String name) {
    this.runtime = runtime;
    this.topic = DeadLetterLog.topicOf(runtime, name);
    this.log = new DeadLetterLog(runtime, topic);
  }

  @Override
  public void forEach(Consumer<? super DeadJob> sink) {
    log.read(
        letter -> {
          sink.accept(letter.opened(runtime.sealing()));
          return true;
        });
  }

  @Override
  public List<DeadJob> list(Predicate<? super DeadJob> which, int limit) {
    List<DeadJob> found = new ArrayList<>();
    if (limit > 0) {
      log.read(
          letter -> {
            if (which.test(letter)) {
              found.add(letter.opened(runtime.sealing()));
            }
            return found.size() < limit;
          });
    }
    return found;
  }

  @Override
  public void replay(Replay replay, ReplayListener listener) {
    if (replay.dryRun()) {
      ReplayRun run = new ReplayRun(runtime, replay, listener, null);
      log.read(run);
      run.finish();
      return;
    }
    runtime.audit().run("dlq.replay", topic, () -> replayNow(replay, listener));
  }

  private void replayNow(Replay replay, ReplayListener listener) {
    try (LetterMoves moves = new LetterMoves(runtime, topic)) {
      ReplayRun run = new ReplayRun(runtime, replay, listener, moves);
      log.read(run);
      run.finish();
    }
  }

  @Override
  public long purge(Predicate<? super DeadJob> which, Consumer<? super DeadJob> sink) {
    return runtime.audit().of("dlq.purge", topic, () -> purgeNow(which, sink));
  }

  private long purgeNow(Predicate<? super DeadJob> which, Consumer<? super DeadJob> sink) {
    try (LetterMoves moves = new LetterMoves(runtime, topic)) {
      PurgeRun run = new PurgeRun(which, sink, moves);
      log.read(run);
      return run.finish();
    }
  }
}
