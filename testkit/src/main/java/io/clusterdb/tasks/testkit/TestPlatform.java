package io.clusterdb.tasks.testkit;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one test has to itself: a prefix, a connection on it, and its event log. */
final class TestPlatform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TestPlatform.class);
  private static final long DELETE_SECONDS = 20;

  /** Enough for jobs to be spread, and made quickly. */
  private static final int SHARED_PARTITIONS = 2;

  private static final Duration SERVICE_START = Duration.ofSeconds(60);

  private final Tasks tasks;
  private final EventLog events;

  private TestPlatform(Tasks tasks) {
    this.tasks = tasks;
    this.events = EventLog.of(tasks.config());
  }

  static TestPlatform open(String bootstrap, String prefix, TasksTest wanted) {
    Tasks tasks =
        Tasks.connect(
            TasksConfig.of(bootstrap)
                .prefix(prefix)
                .sharedPartitions(SHARED_PARTITIONS)
                .http(HttpConfig.DEFAULT.listen("127.0.0.1:0")));
    TestPlatform platform = new TestPlatform(tasks);
    boolean made = false;
    try {
      for (String queue : wanted.queues()) {
        tasks.queues().createQueue(Queue.named(queue).build());
      }
      startServices(TasksRuntime.of(tasks), wanted);
      made = true;
      return platform;
    } finally {
      if (!made) {
        platform.close();
      }
    }
  }

  /** They close with the connection. */
  private static void startServices(TasksRuntime runtime, TasksTest wanted) {
    if (wanted.scheduler()) {
      var unused = SchedulerService.startReady(runtime, SchedulerSettings.DEFAULT, SERVICE_START);
    }
    if (wanted.orchestrator()) {
      var unused =
          OrchestratorService.startReady(runtime, OrchestratorSettings.DEFAULT, SERVICE_START);
    }
  }

  Tasks tasks() {
    return tasks;
  }

  EventLog events() {
    return events;
  }

  @Override
  public void close() {
    TasksConfig config = tasks.config();
    try (EventLog closing = events) {
      tasks.close();
    }
    try (Tasks cleaner = Tasks.connect(config)) {
      delete(TasksRuntime.of(cleaner).admin(), config.prefix() + ".");
    }
  }

  /** Topics are dear to a small broker, so they do not outlive their test. */
  private static void delete(Admin admin, String start) {
    try {
      Set<String> topics =
          admin.listTopics().names().get(DELETE_SECONDS, TimeUnit.SECONDS).stream()
              .filter(topic -> topic.startsWith(start))
              .collect(Collectors.toSet());
      admin.deleteTopics(topics).all().get(DELETE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("The topics {}* were not deleted and stay until the broker closes", start, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
