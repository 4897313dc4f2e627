package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The worker on a real broker: each job runs, and its outcome is told once. */
@NullUnmarked // fields are set before each test
class WorkerIT {
  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private BrokerClient platform;

  private record Item(String key, int number) {}

  @BeforeEach
  void connect() {
    platform = shared.client();
  }

  @Test
  void everyJobRunsAndHasExactlyOneTerminalEvent() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("many").concurrency(50).build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      jobs.add(Job.of("Echo", "x" + i).id("job-" + i).queue("many").build());
    }
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("many")
            .handler("Echo", String.class, (text, context) -> text)
            .start()) {
      accepted(platform.tasks().queues().enqueue(jobs));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = platform.oracle();
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED)).hasSize(5_000);
    JobEvent event = oracle.of("job-17").get(0);
    assertThat(event.getResult()).isEqualTo("\"x17\"");
    assertThat(event.getAttempt()).isEqualTo(1);
  }

  @Test
  void recordsWithoutHeadersAreJobsNamedByTheirPlace() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(Queue.named("plain").partitions(1).defaultType("Line").build());
    platform.produceRaw("plain", "{\"key\":\"k\",\"number\":7}", Map.of());
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("plain")
            .handler("Line", Item.class, (item, context) -> item.number())
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<JobEvent> outcomes =
        platform.oracle().of(platform.prefix() + ".plain-0-0").stream()
            // A slow first job is announced.
            .filter(event -> event.getState() != io.clusterdb.tasks.schemas.avro.JobState.RUNNING)
            .toList();
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).getResult()).isEqualTo("7");
  }

  @Test
  void waitingCallerGetsTheOutcome() {
    platform.tasks().queues().createQueue(Queue.named("default").retry(RetryPolicy.none()).build());
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("default")
            .handler("Double", Integer.class, (number, context) -> 2 * number)
            .handler(
                "Fail",
                Void.class,
                (nothing, context) -> {
                  throw new IllegalStateException("broken");
                })
            .start()) {
      assertThat(processor.running()).isTrue();
      TaskResult doubled =
          platform.tasks().tasks().executeTask(Task.of("Double").payload(21), PATIENCE);
      assertThat(doubled.resultAs(Integer.class)).isEqualTo(42);
      TaskResult failed = platform.tasks().tasks().executeTask(Task.of("Fail"), PATIENCE);
      assertThat(failed.state()).isEqualTo(JobState.DEAD);
      assertThat(failed.failure().type()).isEqualTo("IllegalStateException");
    }
  }

  @Test
  void jobsEnqueuedByAHandlerExistOnlyIfItSucceeds() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("first").retry(RetryPolicy.none()).build());
    platform.tasks().queues().createQueue(Queue.named("second").build());
    ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("first")
            .queue("second")
            .action(
                "Start",
                String.class,
                (text, context) -> {
                  context.enqueue(Job.of("Next", text).queue("second").build());
                  if (text.startsWith("bad")) {
                    throw new IllegalStateException("after enqueue");
                  }
                })
            .action("Next", String.class, (text, context) -> ran.add(text))
            .start()) {
      for (int i = 0; i < 20; i++) {
        String text = (i % 2 == 0 ? "good" : "bad") + i;
        platform.tasks().queues().enqueue(Job.of("Start", text).queue("first").build());
      }
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(ran).hasSize(10).allMatch(text -> text.startsWith("good"));
    platform.oracle();
  }
}
