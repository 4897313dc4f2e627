package io.clusterdb.tasks.client;

import io.clusterdb.tasks.DeadJob;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One purge: removes dead letters. Not thread-safe. */
final class PurgeRun implements DeadLetterLog.Sink {
  private final Predicate<? super DeadJob> which;
  private final Consumer<? super DeadJob> sink;
  private final LetterMoves moves;
  private final List<DeadJob> pending = new ArrayList<>();
  private long purged;

  PurgeRun(Predicate<? super DeadJob> which, Consumer<? super DeadJob> sink, LetterMoves moves) {
    this.which = which;
    this.sink = sink;
    this.moves = moves;
  }

  @Override
  public boolean take(DeadRecord letter) {
    if (which.test(letter)) {
      moves.add(ReplayRecords.tombstone(letter));
      pending.add(letter);
    }
    if (moves.isDue()) {
      commit();
    }
    return true;
  }

  /** Commits the rest; says how many are gone. */
  long finish() {
    commit();
    return purged;
  }

  private void commit() {
    moves.commit();
    purged += pending.size();
    pending.forEach(sink);
    pending.clear();
  }
}
