package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** An owned partition of a test, with what {@link Admission} keeps for it. */
abstract class OwnedStake<J> implements Stake<J> {
  final Deque<J> heldBack = new ArrayDeque<>();
  final Deque<J> suspects = new ArrayDeque<>();

  @Override
  public final boolean owned() {
    return true;
  }

  @Override
  public final Deque<J> heldBack() {
    return heldBack;
  }

  @Override
  public final Deque<J> suspects() {
    return suspects;
  }
}
