package io.clusterdb.tasks.config;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tracking;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads one queue. Each key changes a valid definition into another, so that {@link Queue}'s own
 * checks, those across keys among them, are reported at the key that breaks them.
 */
final class QueueReader {
  private static final Queue UNNAMED = Queue.named("unnamed").build();

  private Queue queue = UNNAMED;

  private QueueReader() {}

  /** The queue of this name, at the cursor of its entry. */
  static Queue read(String name, Cursor cursor) {
    return new QueueReader().build(name, cursor);
  }

  private Queue build(String name, Cursor cursor) {
    cursor.check(() -> queue = Queue.named(name).build());
    MapReader map = cursor.map(Keys.QUEUE);
    map.with("concurrency", Cursor::integer, n -> change(q -> q.concurrency(n)));
    map.with("partitions", Cursor::integer, n -> change(q -> q.partitions(n)));
    map.with("ordering", at -> at.constant(Ordering.class), o -> change(q -> q.ordering(o)));
    map.with("on_retry", at -> at.constant(OnRetry.class), o -> change(q -> q.onRetry(o)));
    map.with("priorities", QueueReader::lanes, lanes -> change(q -> q.priorities(array(lanes))));
    map.with("default_type", Cursor::text, type -> change(q -> q.defaultType(type)));
    map.with("timeout", Cursor::duration, limit -> change(q -> q.timeout(limit)));
    map.with("tracking", at -> at.constant(Tracking.class), t -> change(q -> q.tracking(t)));
    map.with("max_depth", Cursor::whole, depth -> change(q -> q.maxDepth(depth)));
    map.with("retention", Cursor::duration, time -> change(q -> q.retention(time)));
    map.with("rate_limit", RateLimitReader::read, limit -> change(q -> q.rateLimit(limit)));
    map.with("retry_policy", RetryReader::read, retry -> change(q -> q.retry(retry)));
    map.with("dead_letter", at -> at.map(Keys.DEAD_LETTER), this::deadLetter);
    map.with("middleware", MiddlewareReader::read, all -> change(q -> q.middleware(array(all))));
    return queue;
  }

  private void change(UnaryOperator<Queue.Builder> change) {
    queue = change.apply(queue.toBuilder()).build();
  }

  private static Set<Priority> lanes(Cursor cursor) {
    Set<Priority> lanes = EnumSet.noneOf(Priority.class);
    for (Cursor item : cursor.items()) {
      Priority lane = item.constant(Priority.class);
      if (lane != null && !lanes.add(lane)) {
        item.problem("expected each lane once, found \"" + lane.lane() + "\" again");
      }
    }
    return lanes;
  }

  private void deadLetter(MapReader map) {
    DeadLetter[] wanted = {DeadLetter.own()};
    map.with("queue", Cursor::text, name -> adopt(wanted, new DeadLetter(name, null)));
    boolean comparable = !attemptsAreBroken(map.cursor());
    map.with(
        "after_attempts",
        Cursor::integer,
        attempts -> {
          DeadLetter limited = wanted[0].afterAttempts(attempts);
          if (comparable) {
            adopt(wanted, limited);
          }
        });
  }

  /** Then the policy has its default number of attempts, with which nothing should compare. */
  private static boolean attemptsAreBroken(Cursor deadLetter) {
    String path = deadLetter.path();
    String retry = path.substring(0, path.lastIndexOf('.')) + ".retry_policy";
    return deadLetter.problems().at(retry) || deadLetter.problems().at(retry + ".max_attempts");
  }

  private void adopt(DeadLetter[] wanted, DeadLetter next) {
    change(q -> q.deadLetter(next));
    wanted[0] = next;
  }

  private static Priority[] array(Set<Priority> lanes) {
    return lanes.toArray(new Priority[0]);
  }

  private static DeclaredMiddleware[] array(List<DeclaredMiddleware> all) {
    return all.toArray(new DeclaredMiddleware[0]);
  }
}
