package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.engine.Gate;
import io.clusterdb.tasks.worker.engine.Stake;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Dispatcher;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher as what admission opens and holds.
 *
 * @param partitions by them an attempt's partition is found
 * @param refusal ends an attempt that may never start again, for this reason
 */
record DispatchGate(
    Dispatcher dispatcher, Partitions partitions, BiConsumer<Attempt, String> refusal)
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
  public void lineUp(Attempt attempt) {
    dispatcher.lineUp(attempt);
  }

  @Override
  public @Nullable Attempt passed() {
    return dispatcher.passed();
  }

  @Override
  public @Nullable Stake<Attempt> stake(Attempt attempt) {
    return partitions.of(attempt);
  }

  @Override
  public void forget(Attempt attempt) {
    dispatcher.forget(attempt);
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
