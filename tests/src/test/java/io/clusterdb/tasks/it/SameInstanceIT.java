package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.orchestrator.OrchestratorState;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.SchedulerState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two processes of one name, by mistake or since the first was taken for dead: the later one works,
 * the earlier one ends and says why. Else they would take the name from one another for ever.
 */
@NullUnmarked // fields are set before each test
class SameInstanceIT {
  private static final String WHY = "another process has started with the name of this one";

  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private BrokerClient platform;

  @BeforeEach
  void connect() {
    platform = shared.client();
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
  }

  @Test
  void theEarlierSchedulerEndsAndTheLaterOneWorks() throws Exception {
    SchedulerSettings settings = SchedulerSettings.DEFAULT.instance("one");
    try (Tasks one = another();
        Tasks two = another();
        LogCapture log = LogCapture.start();
        SchedulerService earlier =
            SchedulerService.startReady(TasksRuntime.of(one), settings, PATIENCE);
        SchedulerService later =
            SchedulerService.startReady(TasksRuntime.of(two), settings, PATIENCE)) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(earlier.state()).isEqualTo(SchedulerState.FAILED));
      assertThat(log.text()).contains("The scheduler stops").contains(WHY);
      earlier.close(); // which takes nothing from the other
      ends("timed", Schedule.after(Duration.ofMillis(500)));
      assertThat(later.state()).isEqualTo(SchedulerState.RUNNING);
    }
  }

  @Test
  void theEarlierOrchestratorEndsAndTheLaterOneWorks() throws Exception {
    OrchestratorSettings settings = OrchestratorSettings.DEFAULT.instance("one");
    try (Tasks one = another();
        Tasks two = another();
        LogCapture log = LogCapture.start();
        OrchestratorService earlier =
            OrchestratorService.startReady(TasksRuntime.of(one), settings, PATIENCE);
        OrchestratorService later =
            OrchestratorService.startReady(TasksRuntime.of(two), settings, PATIENCE)) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(earlier.state()).isEqualTo(OrchestratorState.FAILED));
      assertThat(log.text()).contains("The orchestrator stops").contains(WHY);
      earlier.close();
      ends("plain", null);
      JobStatus status =
          TasksRuntime.of(platform.tasks()).tasks().awaitTaskStatus("plain", PATIENCE);
      assertThat(status.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(later.state()).isEqualTo(OrchestratorState.RUNNING);
    }
  }

  @Test
  void theEarlierWorkerEndsAndTheLaterOneWorks() throws Exception {
    List<Job> jobs =
        IntStream.range(0, 2_000)
            .mapToObj(i -> Job.of("Echo", "x").id("job-" + i).queue("q").build())
            .toList();
    try (Tasks one = another();
        Tasks two = another();
        LogCapture log = LogCapture.start();
        Processor earlier = worker(one, "one")) {
      accepted(platform.tasks().queues().enqueue(jobs.subList(0, 1_000)));
      assertThat(earlier.awaitReady(PATIENCE)).isTrue();
      try (Processor later = worker(two, "one")) {
        assertThat(later.awaitReady(PATIENCE)).isTrue();
        accepted(platform.tasks().queues().enqueue(jobs.subList(1_000, 2_000)));
        Awaitility.await().atMost(PATIENCE).until(() -> !earlier.running());
        assertThat(log.text()).contains("The worker of queue q ends").contains(WHY);
        try (Processor other = worker(platform.tasks(), "other")) {
          assertThat(other.awaitEmpty(PATIENCE)).isTrue();
          assertThat(later.running()).isTrue();
        }
      }
    }
    assertThat(platform.oracle().ended()).as("each once").hasSize(2_000);
  }

  private static Processor worker(Tasks tasks, String instance) {
    return Processor.on(tasks)
        .queue("q")
        .handler("Echo", String.class, (text, context) -> text)
        .instanceId(instance)
        .start();
  }

  private Tasks another() {
    return Tasks.connect(
        TasksConfig.of(platform.bootstrap())
            .prefix(platform.prefix())
            .sharedPartitions(2)
            .http(HttpConfig.DEFAULT.listen("127.0.0.1:0")));
  }

  private void ends(String id, @Nullable Schedule schedule) throws Exception {
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("q")
            .handler("Echo", String.class, (text, context) -> text)
            .start()) {
      accepted(
          platform
              .tasks()
              .queues()
              .enqueue(List.of(Job.of("Echo", "x").id(id).queue("q").schedule(schedule).build())));
      Awaitility.await().atMost(PATIENCE).until(() -> platform.oracle().ended().contains(id));
      assertThat(processor.running()).isTrue();
    }
  }
}
