package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.testkit.EventLog;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than fits into the memory of any process comes at once, and waits on the log. {@code
 * -Dbackpressure.jobs=50000} fills it with 5 GB, and gives each service the heap that it ships
 * with.
 */
class BackpressureIT {
  private static final int JOBS = Integer.getInteger("backpressure.jobs", 2_400);
  private static final boolean LONG = JOBS > 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(LONG ? 15 : 2);
  private static final int PAYLOAD_BYTES = 100_000;
  private static final int LIMIT = 2_000;
  private static final int CLIENTS = 4;
  private static final int READERS = 100;

  @TempDir static Path directory;

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Half of the jobs are delayed, so that every service has to take them in. */
  @Test
  void jobsOfManyTimesTheHeapPassEveryService() throws Exception {
    TasksConfig config = TasksConfig.of(broker.bootstrap());
    Map<String, JavaProcess> processes = new LinkedHashMap<>();
    try (Tasks tasks = Tasks.connect(config);
        EventLog log = EventLog.of(config)) {
      tasks.queues().createQueue(Queue.named("large").build());
      List<String> ids = fill(tasks);
      String bootstrap = broker.bootstrap();
      processes.put(
          "scheduler",
          JavaProcess.start(
              heap(LONG ? 256 : 112),
              SchedulerProcess.class,
              bootstrap,
              "-",
              directory.resolve("scheduler").toString()));
      processes.put(
          "orchestrator",
          JavaProcess.start(
              heap(LONG ? 512 : 112),
              OrchestratorProcess.class,
              bootstrap,
              directory.resolve("orchestrator").toString()));
      processes.put(
          "worker",
          JavaProcess.start(heap(LONG ? 256 : 128), LargeWorker.class, bootstrap, "large"));
      awaitEnded(log, ids, processes);
      assertThat(log.breaches()).isEmpty();
      JavaProcess orchestrator = Objects.requireNonNull(processes.get("orchestrator"));
      readersThatNeverReadHurtNobody(URI.create(String.valueOf(orchestrator.nextLine())));
      assertThat(orchestrator.ended(Duration.ZERO)).as(orchestrator.errors()).isFalse();
      for (Map.Entry<String, JavaProcess> each : processes.entrySet()) {
        System.err.printf(
            "BackpressureIT: %d jobs of %d bytes passed the %s, which had at most %d MB%n",
            JOBS, PAYLOAD_BYTES, each.getKey(), peakMegabytes(each.getValue()));
      }
    } finally {
      for (JavaProcess process : processes.values()) {
        process.close();
      }
    }
  }

  /** Each asks for the longest list many times over, and takes nothing of the answers. */
  private static void readersThatNeverReadHurtNobody(URI api) throws Exception {
    byte[] request =
        "GET /v1/jobs?queue=large&limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8);
    List<Socket> readers = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      await() // on a slow machine it follows the log from afar
          .atMost(PATIENCE)
          .until(() -> get(client, api.resolve("/v1/jobs/large-7")).statusCode() == 200);
      for (int reader = 0; reader < READERS; reader++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(api.getHost(), api.getPort()));
        readers.add(socket);
        for (int i = 0; i < 20; i++) {
          socket.getOutputStream().write(request);
        }
      }
      for (String small : List.of("/health/live", "/v1/jobs/large-7", "/v1/queues/large/stats")) {
        assertThat(get(client, api.resolve(small)).statusCode()).as(small).isEqualTo(200);
      }
      System.err.printf("BackpressureIT: %d readers that never read hurt nobody%n", READERS);
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI list = api.resolve("/v1/jobs?queue=large&limit=1000");
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> get(client, list).body().contains("large-"));
    }
  }

  private static HttpResponse<String> get(HttpClient client, URI address) throws Exception {
    return client.send(
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> heap(int megabytes) {
    return List.of(
        "-Xmx" + megabytes + "m",
        "-XX:MaxDirectMemorySize=96m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError");
  }

  private static List<String> fill(Tasks tasks) {
    byte[] noise = new byte[PAYLOAD_BYTES];
    new Random(1).nextBytes(noise); // which no compression makes smaller
    Payload payload = Payload.of(noise, "application/octet-stream");
    List<String> ids = new ArrayList<>();
    while (ids.size() < JOBS) {
      List<Job> jobs = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String id = "large-" + ids.size();
        ids.add(id);
        Job.Builder job = Job.of("Large", payload).id(id).queue("large");
        jobs.add((i % 2 == 0 ? job : job.schedule(Schedule.after(Duration.ofSeconds(1)))).build());
      }
      assertThat(tasks.queues().enqueue(jobs)).allMatch(EnqueueResult.Accepted.class::isInstance);
    }
    return ids;
  }

  private static void awaitEnded(
      EventLog log, List<String> ids, Map<String, JavaProcess> processes) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              for (Map.Entry<String, JavaProcess> each : processes.entrySet()) {
                assertThat(each.getValue().ended(Duration.ZERO))
                    .as("%s ended: %s", each.getKey(), each.getValue().errors())
                    .isFalse();
              }
              return log.ended().containsAll(ids);
            });
  }

  private static long peakMegabytes(JavaProcess process) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return -1;
  }

  /**
   * Each process measures the depth four times a second, and knows its own jobs at once: so at most
   * each fills the queue once before it hears of the others, and no more ever comes.
   */
  @Test
  void aFullQueueRefusesWhateverManyProducersAtOnceWant() throws Exception {
    List<Tasks> clients = new ArrayList<>();
    AtomicLong accepted = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Tasks.connect(broker.bootstrap()));
    }
    clients.getFirst().queues().createQueue(Queue.named("bounded").maxDepth((long) LIMIT).build());
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS * 4; i++) {
        Tasks client = clients.get(i % CLIENTS);
        var unused = pool.submit(() -> produce(client, accepted, refused));
      }
    }
    long depth =
        clients.getFirst().queues().depth("bounded").values().stream().mapToLong(n -> n).sum();
    for (Tasks client : clients) {
      client.close();
    }
    System.err.printf(
        "BackpressureIT: %d producers, max_depth %d: %d accepted, %d refused%n",
        CLIENTS, LIMIT, accepted.get(), refused.get());
    assertThat(depth).isEqualTo(accepted.get());
    assertThat(accepted.get()).isBetween((long) LIMIT, (long) CLIENTS * LIMIT);
    assertThat(refused.get()).isPositive();
  }

  /** Until it was refused so often, and measured anew between. */
  private static void produce(Tasks client, AtomicLong accepted, AtomicLong refused) {
    for (int left = 20; left > 0; ) {
      try {
        client.queues().enqueue(Job.of("Some").queue("bounded").build());
        accepted.incrementAndGet();
      } catch (TasksException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_FULL);
        refused.incrementAndGet();
        left--;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }
}
