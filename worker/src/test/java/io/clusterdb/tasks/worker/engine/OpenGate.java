package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes what is lined up, and keeps what it is told. */
final class OpenGate implements Gate<Long> {
  private final Stake<Long> partition;
  final List<Long> opened = new ArrayList<>();
  final List<Long> alone = new ArrayList<>();
  final Deque<Long> passed = new ArrayDeque<>();
  final Set<Long> begun = new HashSet<>();
  boolean held;
  boolean takesBack;
  boolean paused;

  OpenGate(Stake<Long> partition) {
    this.partition = partition;
  }

  @Override
  public long offset(Long job) {
    return job;
  }

  @Override
  public void open(List<Long> jobs) {
    opened.addAll(jobs);
  }

  @Override
  public void lineUp(Long job) {
    passed.add(job);
  }

  @Override
  public @Nullable Long passed() {
    return passed.poll();
  }

  @Override
  public Stake<Long> stake(Long job) {
    return partition;
  }

  @Override
  public void forget(Long job) {
    throw new AssertionError("no partition goes");
  }

  @Override
  public void openAlone(Long job, long turnNanos) {
    alone.add(job);
  }

  @Override
  public boolean hasBegun(Long job) {
    return begun.contains(job);
  }

  @Override
  public @Nullable Long takeBack(Long job) {
    return takesBack ? job : null;
  }

  @Override
  public boolean isPaused() {
    return paused;
  }

  @Override
  public void hold(boolean value) {
    held = value;
  }

  @Override
  public void refuse(Long job, String reason) {
    throw new AssertionError(reason);
  }
}
