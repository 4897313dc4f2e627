package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Order by key: each account's jobs run one after the other, while other accounts go on. */
public final class KeyOrdering {
  private static final int ACCOUNTS = 5;
  private static final int STEPS = 20;

  private KeyOrdering() {}

  record Booking(String account, int step) {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("accounts");
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .ordering(Ordering.KEY)
                  .concurrency(10)
                  .retry(RetryPolicy.fixed(Duration.ofMillis(300)))
                  .build());

      List<Job> jobs = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        for (int account = 0; account < ACCOUNTS; account++) {
          String key = "account-" + account;
          jobs.add(Job.of("book", new Booking(key, step)).queue(queue).key(key).build());
        }
      }
      tasks.queues().enqueue(jobs);

      Map<String, List<Integer>> booked = new ConcurrentHashMap<>();
      Set<String> busy = ConcurrentHashMap.newKeySet();
      AtomicInteger overlaps = new AtomicInteger();
      AtomicBoolean failedOnce = new AtomicBoolean();
      CountDownLatch done = new CountDownLatch(jobs.size());
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "book",
                  Booking.class,
                  (booking, context) -> {
                    if (!busy.add(booking.account())) {
                      overlaps.incrementAndGet();
                    }
                    try {
                      Thread.sleep(5);
                      boolean third = booking.account().equals("account-0") && booking.step() == 3;
                      if (third && failedOnce.compareAndSet(false, true)) {
                        throw new IllegalStateException("the ledger is locked");
                      }
                      booked
                          .computeIfAbsent(booking.account(), key -> new CopyOnWriteArrayList<>())
                          .add(booking.step());
                    } finally {
                      busy.remove(booking.account());
                    }
                    done.countDown();
                  })
              .start()) {
        show("Processor %s books %d steps.".formatted(processor.instanceId(), jobs.size()));
        await(done, "bookings");
      }

      List<Integer> inOrder = IntStream.range(0, STEPS).boxed().toList();
      check(
          booked.size() == ACCOUNTS && booked.values().stream().allMatch(inOrder::equals),
          "every account was booked in order, account-0 in spite of a failed step");
      check(overlaps.get() == 0, "no two jobs of an account ran at once");
    }
  }
}
