package io.clusterdb.tasks.doctor.engine;

import io.clusterdb.tasks.doctor.engine.ClusterFacts.QueueFacts;
import java.util.List;

/** Queues: whether anybody works on what waits. Pure. */
final class QueueChecks {
  private static final double NEARLY_FULL = 0.9;

  private QueueChecks() {}

  static void check(ClusterFacts facts, List<Finding> found) {
    for (QueueFacts queue : facts.queues()) {
      if (queue.paused()) {
        found.add(paused(queue));
      } else if (queue.members() == 0) {
        noWorkers(queue, found);
      }
      depth(queue, found);
      dead(queue, found);
    }
  }

  private static Finding paused(QueueFacts queue) {
    String name = queue.definition().name();
    long waiting = queue.waiting();
    Finding.Severity severity = waiting > 0 ? Finding.Severity.WARNING : Finding.Severity.NOTICE;
    return new Finding(
        severity,
        "paused-queue",
        subject(queue),
        "it is paused" + (waiting > 0 ? ", and %,d jobs wait".formatted(waiting) : ""),
        "No further job of it starts.",
        "When the reason is gone: tasks queue resume " + name);
  }

  private static void noWorkers(QueueFacts queue, List<Finding> found) {
    String name = queue.definition().name();
    String next =
        "Start a worker, such as: tasks worker --queue %s --exec 'TYPE=COMMAND'".formatted(name);
    if (queue.waiting() > 0) {
      found.add(
          Finding.error(
              queue.consumed() ? "no-workers" : "never-consumed",
              subject(queue),
              "%,d jobs wait, and no worker runs%s"
                  .formatted(
                      queue.waiting(), queue.consumed() ? "" : "; none ever took a job of it"),
              "They wait until one does; none is lost.",
              next));
    } else if (!queue.consumed()) {
      found.add(
          Finding.notice(
              "never-consumed",
              subject(queue),
              "no worker ever took a job of it, and none waits",
              "It may be new, or forgotten.",
              next + "; or delete it: tasks queue delete " + name));
    }
  }

  private static void depth(QueueFacts queue, List<Finding> found) {
    Long most = queue.definition().maxDepth();
    if (most != null && queue.waiting() >= most * NEARLY_FULL) {
      found.add(
          Finding.warning(
              "nearly-full",
              subject(queue),
              "it holds %,d jobs of at most %,d".formatted(queue.waiting(), most),
              "Jobs beyond that are refused with QUEUE_FULL.",
              "Add workers or concurrency, or raise max_depth."));
    }
  }

  private static void dead(QueueFacts queue, List<Finding> found) {
    if (queue.deadLately() > 0) {
      String name = queue.definition().name();
      found.add(
          Finding.warning(
              "dead-letters",
              subject(queue),
              "about %,d jobs became dead letters within the last hour"
                  .formatted(queue.deadLately()),
              "They are not tried again, and expire with the queue's retention.",
              "See why: tasks dlq list %s --since 1h; then: tasks dlq replay %s --since 1h"
                  .formatted(name, name)));
    }
  }

  private static String subject(QueueFacts queue) {
    return "queue " + queue.definition().name();
  }
}
