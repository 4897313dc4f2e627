package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.worker.engine.Gate;
import io.clusterdb.tasks.worker.engine.Stake;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Dispatcher;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher as what admission opens and holds.
 *
 * @param partitions by them an attempt's partition is found
 * @param refusal ends an attempt that may never start again, for this reason
 */
record DispatchGate(
    Dispatcher dispatcher, Partitions partitions, BiConsumer<Attempt, String> refusal)
    implements Gate<Attempt> {
  private static final Logger LOG = LoggerFactory.getLogger(DispatchGate.class);

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
  public void openAlone(Attempt attempt, long turnNanos) {
    LOG.warn(
        "Workers crashed while the job at offset {} of {}-{} may have run. It runs alone in this"
            + " process now, for {} at most, while all queues of the process wait.",
        attempt.record().offset(),
        attempt.record().topic(),
        attempt.record().partition(),
        Durations.format(Duration.ofNanos(turnNanos)));
    dispatcher.addAlone(attempt);
  }

  @Override
  public boolean hasBegun(Attempt attempt) {
    return attempt.startedAt() > 0;
  }

  @Override
  public @Nullable Attempt takeBack(Attempt attempt) {
    return dispatcher.takeBack(attempt);
  }

  @Override
  public boolean isPaused() {
    return dispatcher.paused();
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
