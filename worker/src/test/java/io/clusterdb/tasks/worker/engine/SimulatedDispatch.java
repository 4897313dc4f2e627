package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.worker.engine.SimulatedWorker.Owned;
import io.clusterdb.tasks.worker.engine.SimulatedWorker.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The dispatcher of a {@link SimulatedWorker}: lines of keys, and what is ready to start. */
final class SimulatedDispatch implements Gate<Task> {
  private final List<Task> ready = new ArrayList<>();
  private final List<Task> ahead = new ArrayList<>();
  private final Deque<Task> passed = new ArrayDeque<>();
  private final Set<Task> onlyLinedUp = new HashSet<>();
  private final Set<Task> holders = new HashSet<>();
  private final Set<Task> begun = new HashSet<>();
  private final KeyGate<Task> gate = new KeyGate<>(this::holds);
  private final Random random;
  private final int keys;
  private final Predicate<Owned> owned;
  private boolean held;

  SimulatedDispatch(Random random, int keys, Predicate<Owned> owned) {
    this.random = random;
    this.keys = keys;
    this.owned = owned;
  }

  /** Whether nothing starts but what is to run alone. */
  boolean isHeld() {
    return held;
  }

  /** Keys that jobs hold. */
  int heldKeys() {
    return gate.heldKeys();
  }

  private void line(Task task) {
    if (keys == 0 || holders.contains(task)) {
      pass(task);
    } else {
      gate.offer(task.key(keys), task);
    }
  }

  private void holds(Task task) {
    holders.add(task);
    pass(task);
  }

  private void pass(Task task) {
    if (onlyLinedUp.remove(task)) {
      passed.add(task);
    } else {
      ready.add(task);
    }
  }

  /** The next that starts; what is of a partition that has left gives its key up instead. */
  @Nullable Task next() {
    List<Task> from = ahead.isEmpty() ? ready : ahead;
    while (!from.isEmpty() && (from == ahead || !held)) {
      Task task = from.remove(random.nextInt(from.size()));
      if (stake(task) != null) {
        begun.add(task);
        return task;
      }
      release(task);
    }
    return null;
  }

  void release(Task task) {
    if (holders.remove(task)) {
      gate.release(task.key(keys));
    }
  }

  @Override
  public long offset(Task task) {
    return task.offset();
  }

  @Override
  public void open(List<Task> tasks) {
    begun.removeAll(tasks);
    tasks.forEach(this::line);
  }

  @Override
  public void lineUp(Task task) {
    onlyLinedUp.add(task);
    line(task);
  }

  @Override
  public @Nullable Task passed() {
    return passed.poll();
  }

  @Override
  public @Nullable Stake<Task> stake(Task task) {
    return owned.test(task.of()) ? task.of() : null;
  }

  @Override
  public void forget(Task task) {
    release(task);
  }

  @Override
  public void openAlone(Task task, long turnNanos) {
    begun.remove(task);
    ahead.add(task);
  }

  @Override
  public boolean hasBegun(Task task) {
    return begun.contains(task);
  }

  @Override
  public @Nullable Task takeBack(Task task) {
    return ahead.remove(task) ? task : null;
  }

  @Override
  public boolean isPaused() {
    return false;
  }

  @Override
  public void hold(boolean value) {
    held = value;
  }

  @Override
  public void refuse(Task task, String reason) {
    task.of().ended.put(task.offset(), false);
  }

  void forgetClosed() {
    gate.drop(task -> stake(task) == null);
  }
}
