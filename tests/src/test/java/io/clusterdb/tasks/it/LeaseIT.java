package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.orchestrator.lease.Leases;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that callers lease by HTTP: what they may rely on when they, or instances, die. */
@NullUnmarked // fields are set before each test
class LeaseIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static EmbeddedBroker broker;

  private final Set<String> instances = ConcurrentHashMap.newKeySet();
  private String prefix;
  private TasksConfig config;
  private LeaseNode node;
  private TasksRuntime tasks;
  private QueueManager queues;

  private record Order(String id, BigDecimal amount) {}

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    prefix = "l" + PREFIXES.incrementAndGet();
    config = TasksConfig.of(broker.bootstrap()).prefix(prefix);
    node = LeaseNode.start(config, Leases.IDLE, instances);
    tasks = node.client();
    queues = tasks.queues();
    // In order, so that retries stay in place and no scheduler is needed.
    queues.createQueue(
        Queue.named("errands")
            .partitions(4)
            .ordering(Ordering.KEY)
            .retry(RetryPolicy.linear(Duration.ofMillis(50), Duration.ZERO).maxAttempts(9))
            .build());
  }

  @AfterEach
  void stop() {
    tasks.close();
    node.close();
  }

  @Test
  void aLeasedJobLivesLikeAnyOther() {
    Order order = new Order("order-1", new BigDecimal("0.10000000000000000001"));
    queues.enqueue(
        Job.of("Pay", order)
            .id("a/b c")
            .key("k")
            .queue("errands")
            .metadata("source", "api")
            .build());
    LeasedJob job = queues.dequeue("errands").orElseThrow();
    assertThat(job.payload(Order.class)).isEqualTo(order);
    assertThat(job.job().type()).isEqualTo("Pay");
    assertThat(job.job().key()).isEqualTo("k");
    assertThat(job.job().attempt()).isEqualTo(1);
    assertThat(job.job().metadata()).isEqualTo(Map.of("source", "api"));
    assertThat(queues.extendLease(job.lease(), Duration.ofMinutes(5)))
        .isAfter(job.expiresAt())
        .isBefore(Instant.now().plusSeconds(301));
    queues.completeJob("a/b c", Map.of("paid", true));
    JobEvent event = events().of("a/b c").getLast();
    assertThat(event.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(event.getResult()).isEqualTo("{\"paid\":true}");
    queues.completeJob(job.lease(), null); // an answer that was lost: once more is safe
    assertLost(() -> queues.failJob(job.lease(), LeaseFailure.of("Late", "too late")));
    assertThat(queues.dequeue("errands", Dequeue.ONE.waiting(Duration.ZERO))).isEmpty();
    assertThat(events().of("a/b c")).filteredOn(LeaseIT::ends).hasSize(1);
  }

  @Test
  void bytesComeAsTheyAre() {
    Payload payload = Payload.of(new byte[] {0, 1, 2, -1}, Payload.BYTES);
    queues.enqueue(Job.of("Raw", payload).id("raw").queue("errands").build());
    LeasedJob job = queues.dequeue("errands").orElseThrow();
    assertThat(job.payload().bytes()).containsExactly(0, 1, 2, -1);
    assertThat(job.payload(byte[].class)).containsExactly(0, 1, 2, -1);
    queues.completeJob(job.lease(), null);
  }

  @Test
  void aLeaseThatRunsOutIsRedelivered() {
    enqueue("slow");
    LeasedJob first = dequeue(SHORT);
    LeasedJob second = dequeue(PATIENCE);
    assertThat(second.job().id()).isEqualTo("slow");
    assertThat(second.job().attempt()).isEqualTo(2);
    assertLost(() -> queues.completeJob(first.lease(), "late"));
    assertLost(() -> queues.extendLease(first.lease(), PATIENCE));
    queues.completeJob(second.lease(), "fine");
    List<JobEvent> events = events().of("slow");
    assertThat(events.getLast().getResult()).isEqualTo("\"fine\"");
    assertThat(events)
        .filteredOn(event -> event.getState() == JobState.RETRYING)
        .singleElement()
        .satisfies(event -> assertThat(event.getError().getType()).isEqualTo("LEASE_LOST"));
  }

  @Test
  void anExtendedLeaseOutlivesItsFirstTime() {
    enqueue("long");
    LeasedJob job = dequeue(SHORT);
    queues.extendLease(job.lease(), PATIENCE);
    await()
        .during(Duration.ofMillis(1_300))
        .until(() -> events().ended(JobState.RETRYING).isEmpty());
    queues.completeJob(job.lease(), null);
    assertThat(events().of("long").getLast().getAttempt()).isEqualTo(1);
  }

  @Test
  void theCallerSaysWhatFollowsAFailure() {
    enqueue("bad");
    LeasedJob first = dequeue(PATIENCE);
    queues.failJob(
        first.lease(), LeaseFailure.of("Busy", "come later").retryAfter(Duration.ofMillis(300)));
    long failed = System.nanoTime();
    LeasedJob second = dequeue(PATIENCE);
    assertThat(Duration.ofNanos(System.nanoTime() - failed)).isGreaterThan(Duration.ofMillis(250));
    queues.failJob(second.lease(), LeaseFailure.of("CardDeclined", "no money").permanently());
    JobEvent event = events().of("bad").getLast();
    assertThat(event.getState()).isEqualTo(JobState.DEAD);
    assertThat(event.getError().getType()).isEqualTo("CardDeclined");
    assertThat(event.getAttempt()).isEqualTo(2);
  }

  @Test
  void aCancelledJobIsNoLongerLeased() {
    enqueue("unwanted");
    LeasedJob job = dequeue(PATIENCE);
    tasks.commands().cancel(Target.of("unwanted"), "changed my mind");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertLost(() -> queues.extendLease(job.lease(), PATIENCE)));
    assertLost(() -> queues.completeJob(job.lease(), null));
    await()
        .atMost(PATIENCE)
        .until(() -> events().ended(JobState.CANCELLED).equals(Set.of("unwanted")));
    assertThat(events().ended(JobState.SUCCEEDED)).isEmpty();
  }

  @Test
  void theJobsOwnTimeoutHolds() {
    queues.enqueue(
        Job.of("T", "x").id("timed").queue("errands").timeout(Duration.ofSeconds(1)).build());
    LeasedJob job = dequeue(PATIENCE);
    assertThat(job.expiresAt()).isBefore(Instant.now().plusSeconds(2));
    assertThat(job.deadline()).contains(job.expiresAt());
    assertThat(dequeue(PATIENCE).job().attempt()).isEqualTo(2);
    assertLost(() -> queues.completeJob(job.lease(), null));
    assertThat(events().of("timed"))
        .filteredOn(event -> event.getState() == JobState.RETRYING)
        .anySatisfy(event -> assertThat(event.getError().getType()).isEqualTo("JOB_TIMEOUT"));
  }

  @Test
  void jobsOfCallersThatDieAreRunByOthers() throws Exception {
    for (int i = 0; i < 20; i++) {
      enqueue("job-" + i);
    }
    for (int i = 0; i < 10; i++) {
      try (Socket socket = new Socket(node.address().getHost(), node.address().getPort())) {
        socket
            .getOutputStream()
            .write(
                "POST /v1/queues/errands/dequeue?max=2&duration=1s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
      } // gone before there is an answer
    }
    ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
    while (done.size() < 20) {
      List<LeasedJob> jobs = queues.dequeue("errands", Dequeue.upTo(5).lasting(PATIENCE));
      assertThat(jobs).as("jobs after %s", done).isNotEmpty();
      jobs.forEach(
          job -> {
            queues.completeJob(job.lease(), null);
            done.add(job.job().id());
          });
    }
    assertThat(done).doesNotHaveDuplicates();
    assertThat(events().ended(JobState.SUCCEEDED)).hasSize(20);
    assertThat(events().ended(JobState.RETRYING)).isNotEmpty(); // they had had some
  }

  @Test
  void jobsInTheHandsOfCallersThatDieAreRedeliveredOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      enqueue("held-" + i);
    }
    Map<String, String> held = new ConcurrentHashMap<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      callers.add(Thread.ofVirtual().start(() -> takeTwoAndDie(held)));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(held).isNotEmpty();
    int done = 0;
    while (done < 20) {
      List<LeasedJob> jobs =
          queues.dequeue("errands", Dequeue.upTo(5).waiting(PATIENCE).lasting(PATIENCE));
      assertThat(jobs).as("jobs after %s", done).isNotEmpty();
      jobs.forEach(job -> queues.completeJob(job.lease(), null));
      done += jobs.size();
    }
    assertThat(done).isEqualTo(20);
    EventOracle log = events(); // no attempt has two outcomes, no job two ends
    assertThat(log.ended(JobState.SUCCEEDED)).hasSize(20);
    held.forEach(
        (job, lease) -> {
          assertLost(() -> queues.completeJob(lease, "late"));
          List<JobEvent> outcomes =
              log.of(job).stream().filter(event -> event.getState() != JobState.RUNNING).toList();
          assertThat(outcomes).as(job).hasSizeGreaterThan(1);
          assertThat(outcomes.subList(0, outcomes.size() - 1))
              .as(job)
              .allSatisfy(event -> assertThat(event.getError().getType()).isEqualTo("LEASE_LOST"));
        });
  }

  private void takeTwoAndDie(Map<String, String> held) {
    try (TasksRuntime caller = node.client()) {
      caller
          .queues()
          .dequeue("errands", Dequeue.upTo(2).waiting(Duration.ofSeconds(10)).lasting(SHORT))
          .forEach(job -> held.put(job.job().id(), job.lease()));
    }
  }

  @Test
  void anyOfTwoInstancesTakesCallsAndOneThatDiesLosesItsLeases() throws Exception {
    try (LeaseNode other = LeaseNode.start(config, Leases.IDLE, instances);
        TasksRuntime otherTasks = other.client()) {
      enqueue("one");
      enqueue("two");
      LeasedJob one = otherTasks.queues().dequeue("errands").orElseThrow();
      LeasedJob two = queues.dequeue("errands").orElseThrow();
      String holder = LeaseToken.parse(one.lease()).orElseThrow().instance();
      assertThat(LeaseToken.parse(two.lease()).orElseThrow().instance()).isEqualTo(holder);
      queues.extendLease(one.lease(), PATIENCE);
      queues.completeJob(one.lease(), 1);
      otherTasks.queues().extendLease(two.lease(), PATIENCE);

      boolean first = holder.equals(node.authority());
      TasksRuntime survivor = first ? otherTasks : tasks;
      (first ? node : other).die();
      assertLost(() -> survivor.queues().completeJob(two.lease(), 2));
      LeasedJob again =
          survivor.queues().dequeue("errands", Dequeue.ONE.waiting(PATIENCE)).getFirst();
      assertThat(again.job().id()).isEqualTo(two.job().id());
      assertThat(again.job().attempt()).isEqualTo(1); // its caller did nothing wrong
      survivor.queues().completeJob(again.lease(), 2);
    }
    assertThat(events().ended(JobState.SUCCEEDED)).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void noJobIsKeptFromOtherWorkersWhileNobodyAsks() throws Exception {
    try (LeaseNode brief = LeaseNode.start(config, Duration.ofMillis(500), instances);
        TasksRuntime client = brief.client();
        Processor worker =
            Processor.on(tasks)
                .queue("errands")
                .handler("T", String.class, (x, context) -> x)
                .start()) {
      instances.remove(node.authority()); // all callers meet at the brief one
      assertThat(worker.awaitReady(PATIENCE)).isTrue();
      assertThat(client.queues().dequeue("errands", Dequeue.ONE.waiting(Duration.ZERO))).isEmpty();
      for (int i = 0; i < 20; i++) {
        enqueue("job-" + i);
      }
      await().atMost(PATIENCE).until(() -> events().ended(JobState.SUCCEEDED).size() == 20);
    }
  }

  @Test
  void nonsenseIsRefusedWithAReason() throws Exception {
    enqueue("job");
    LeasedJob job = dequeue(PATIENCE);
    String lease = "/v1/leases/" + job.lease();
    assertProblem(400, "/v1/leases/nonsense/complete", "{}");
    assertProblem(400, lease + "/complete", "{\"resutl\": 1}");
    assertProblem(400, lease + "/complete", "[]");
    assertProblem(400, lease + "/fail", "{}");
    assertProblem(400, lease + "/fail", "{\"error\": {\"type\": 7}}");
    assertProblem(
        400,
        lease + "/fail",
        "{\"error\":{\"type\":\"E\"},\"permanent\":true,\"retryAfter\":\"1s\"}");
    assertProblem(400, lease + "/extend", "{\"duration\": \"1 fortnight\"}");
    assertProblem(400, lease + "/extend", "{\"duration\": \"30d\"}");
    assertProblem(400, lease + "/extend", "{\"progress\": 2}");
    assertProblem(400, lease + "/complete", "{\"result\": \"" + "x".repeat(600_000) + "\"}");
    assertProblem(400, "/v1/queues/errands/dequeue?max=0", "");
    assertProblem(400, "/v1/queues/errands/dequeue?wait=soon", "");
    assertProblem(400, "/v1/queues/errands/dequeue?duration=1ms", "");
    assertProblem(404, "/v1/queues/nowhere/dequeue", "");
    LeaseToken stranger =
        new LeaseToken("127.0.0.1:1", "errands", prefix + ".errands", 0, 0, 1, "secret");
    assertThat(assertProblem(409, "/v1/leases/" + stranger.text() + "/complete", "{}"))
        .contains("LEASE_LOST");
    queues.completeJob(job.lease(), null); // all that cost it nothing
  }

  private String assertProblem(int status, String target, String body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(node.address() + target))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).as(target + " " + response.body()).isEqualTo(status);
      assertThat(response.body()).contains("\"detail\":\"");
      return response.body();
    }
  }

  private void enqueue(String id) {
    queues.enqueue(Job.of("T", "x").id(id).queue("errands").build());
  }

  private LeasedJob dequeue(Duration lease) {
    Optional<LeasedJob> job =
        queues
            .dequeue("errands", Dequeue.ONE.waiting(Duration.ofSeconds(30)).lasting(lease))
            .stream()
            .findFirst();
    return job.orElseThrow(() -> new AssertionError("expected a job to be leased, found none"));
  }

  private static boolean ends(JobEvent event) {
    return io.clusterdb.tasks.JobState.valueOf(event.getState().name()).terminal();
  }

  private static void assertLost(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_LOST));
  }

  private EventOracle events() {
    EventOracle oracle = EventOracle.read(broker.bootstrap(), prefix);
    assertThat(oracle.breaches()).isEmpty();
    return oracle;
  }
}
