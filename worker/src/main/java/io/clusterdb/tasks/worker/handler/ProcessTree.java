package io.clusterdb.tasks.worker.handler;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with what it has started. */
final class ProcessTree {
  private static final long FIRST_LOOK_MS = 5;
  private static final long LAST_LOOK_MS = 100;

  private final Process root;

  ProcessTree(Process root) {
    this.root = root;
  }

  /**
   * Asks all of them to end (SIGTERM), and ends what is left after the grace (SIGKILL). An
   * interrupt cuts the grace short.
   */
  void stop(Duration grace) {
    // Listed first: the children of a process that has ended can no longer be found.
    List<ProcessHandle> members = members().toList();
    members.forEach(ProcessHandle::destroy);
    try {
      awaitEnd(members, grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Stream.concat(members.stream(), members())
        .filter(ProcessHandle::isAlive)
        .forEach(ProcessHandle::destroyForcibly);
  }

  private Stream<ProcessHandle> members() {
    return Stream.concat(root.descendants(), Stream.of(root.toHandle()));
  }

  private void awaitEnd(List<ProcessHandle> members, Duration grace) throws InterruptedException {
    long end = System.nanoTime() + grace.toNanos();
    root.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS);
    // Others than direct children cannot be waited for, only looked at.
    long pause = FIRST_LOOK_MS;
    while (System.nanoTime() - end < 0 && members.stream().anyMatch(ProcessHandle::isAlive)) {
      Thread.sleep(pause);
      pause = Math.min(2 * pause, LAST_LOOK_MS);
    }
  }
}
