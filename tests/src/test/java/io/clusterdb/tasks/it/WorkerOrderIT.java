package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.client.TasksRuntime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who comes when, on a real broker: the order of keys, the rate limit, and lanes. */
@NullUnmarked // fields are set before each test
class WorkerOrderIT {
  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private BrokerClient platform;

  private record Item(String key, int number) {}

  @BeforeEach
  void connect() {
    platform = shared.client();
  }

  @Test
  void jobsOfAKeyRunInOrderAndNeverOverlapThoughSomeFail() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(
            Queue.named("ordered")
                .ordering(Ordering.KEY)
                .concurrency(20)
                .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(3))
                .build());
    Map<String, List<Integer>> done = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 10; k++) {
        jobs.add(Job.of("Step", new Item("k" + k, i)).key("k" + k).queue("ordered").build());
      }
    }
    accepted(platform.tasks().queues().enqueue(jobs));
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("ordered")
            .action(
                "Step",
                Item.class,
                (item, context) -> {
                  AtomicInteger running =
                      inside.computeIfAbsent(item.key(), any -> new AtomicInteger());
                  if (running.incrementAndGet() > 1) {
                    overlaps.incrementAndGet();
                  }
                  try {
                    if (item.number() % 10 == 3 && context.job().attempt() < 3) {
                      throw new IllegalStateException("not yet");
                    }
                    done.computeIfAbsent(item.key(), any -> new ArrayList<>()).add(item.number());
                  } finally {
                    running.decrementAndGet();
                  }
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(overlaps).hasValue(0);
    assertThat(done).hasSize(10);
    done.values().forEach(numbers -> assertThat(numbers).hasSize(50).isSorted());
    platform.oracle();
  }

  @Test
  void rateLimitIsNeverExceeded() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(
            Queue.named("limited")
                .concurrency(50)
                .rateLimit(RateLimit.perSecond(100).burst(10))
                .build());
    ConcurrentLinkedQueue<Long> starts = new ConcurrentLinkedQueue<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      jobs.add(Job.of("Tick", i).queue("limited").build());
    }
    accepted(platform.tasks().queues().enqueue(jobs));
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("limited")
            .action("Tick", Integer.class, (number, context) -> starts.add(System.nanoTime()))
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<Long> sorted = starts.stream().sorted().toList();
    assertThat(sorted).hasSize(200);
    // In any span of time t at most 100 t + 10 start; what a handler's thread is late by is slack.
    for (int i = 0; i + 60 < sorted.size(); i++) {
      double seconds = (sorted.get(i + 60) - sorted.get(i)) / 1e9;
      assertThat(61.0).isLessThanOrEqualTo(100 * (seconds + 0.25) + 10);
    }
  }

  @Test
  void lanesThatNobodyDeclaredAreConsumedToo() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("plain").partitions(2).build());
    Set<String> ran = ConcurrentHashMap.newKeySet();
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("plain")
            .action("Note", String.class, (text, context) -> ran.add(text))
            .start()) {
      assertThat(processor.awaitReady(PATIENCE)).isTrue();
      platform
          .tasks()
          .queues()
          .enqueue(Job.of("Note", "urgent").queue("plain").priority(Priority.HIGH).build());
      await().atMost(PATIENCE).until(() -> ran.contains("urgent"));
      assertThat(platform.tasks().queues().getQueue("plain").orElseThrow().priorities())
          .containsExactlyInAnyOrder(Priority.HIGH, Priority.NORMAL);
      platform
          .tasks()
          .queues()
          .createQueue(Queue.named("plain").partitions(2).build()); // still the same
      platform
          .tasks()
          .queues()
          .updateQueue(Queue.named("plain").partitions(2).concurrency(7).build());
      assertThat(platform.tasks().queues().getQueue("plain").orElseThrow().priorities())
          .contains(Priority.HIGH);

      TasksRuntime runtime = TasksRuntime.of(platform.tasks());
      String low = platform.prefix() + ".plain.low";
      runtime
          .admin()
          .createTopics(List.of(new NewTopic(low, 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
      try (Producer<byte[], byte[]> producer = runtime.clients().producer(Map.of())) {
        ProducerRecord<byte[], byte[]> foreign =
            new ProducerRecord<>(low, "\"foreign\"".getBytes(StandardCharsets.UTF_8));
        foreign.headers().add("job-type", "Note".getBytes(StandardCharsets.UTF_8));
        producer.send(foreign).get(20, TimeUnit.SECONDS);
      }
      await().atMost(PATIENCE).until(() -> ran.contains("foreign"));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
  }

  @Test
  void lanesShareTheWorkAndLowIsNotStarved() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(
            Queue.named("lanes")
                .priorities(Priority.HIGH, Priority.NORMAL, Priority.LOW)
                .concurrency(1)
                .partitions(1)
                .build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (Priority lane : Priority.values()) {
        jobs.add(Job.of("Lane", lane.lane()).priority(lane).queue("lanes").build());
      }
    }
    accepted(platform.tasks().queues().enqueue(jobs));
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    CountDownLatch allThere = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("lanes")
            .action(
                "Lane",
                String.class,
                (lane, context) -> {
                  if (order.isEmpty()) {
                    allThere.await(3, TimeUnit.SECONDS); // until every lane is buffered
                  }
                  order.add(lane);
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<String> firstHundred = order.stream().skip(1).limit(100).toList();
    long high = firstHundred.stream().filter("high"::equals).count();
    long low = firstHundred.stream().filter("low"::equals).count();
    assertThat(high).isBetween(50L, 70L);
    assertThat(low).isBetween(5L, 15L);
    platform.oracle();
  }
}
