package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.engine.Gate;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Dispatcher;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The dispatcher as what admission opens and holds.
 *
 * @param refusal ends an attempt that may never start again, for this reason
 */
record DispatchGate(Dispatcher dispatcher, BiConsumer<Attempt, String> refusal)
    implements Gate<Attempt> {
  @Override
  public long offset(Attempt attempt) {
    return attempt.record().offset();
  }

  @Override
  public void open(List<Attempt> attempts) {
    dispatcher.add(attempts);
  }

  @Override
  public void openAlone(Attempt attempt) {
    dispatcher.addAhead(attempt);
  }

  @Override
  public void hold(boolean value) {
    dispatcher.hold(value);
  }

  @Override
  public void refuse(Attempt attempt, String reason) {
    refusal.accept(attempt, reason);
  }
}
