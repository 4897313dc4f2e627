package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.testkit.EventLog;
import io.clusterdb.tasks.testkit.TasksTest;
import io.clusterdb.tasks.testkit.TestBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The testkit, used as its users do. */
@TasksTest(queues = "orders")
class TestkitIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Order(String id) {}

  @BeforeEach
  void parametersAreThoseOfTheTest(TasksConfig config, Tasks tasks) {
    assertThat(tasks.config()).isSameAs(config);
  }

  @Test
  void eventsTellHowJobsEnded(Tasks tasks, EventLog events) {
    assertThat(events.ended()).isEmpty();
    JobId good = enqueue(tasks, "order-1");
    JobId bad = enqueue(tasks, "order-2");
    try (Processor processor = processor(tasks)) {
      events.awaitEnded(List.of(good, bad), PATIENCE);
      assertThat(processor.running()).isTrue();
    }
    assertThat(events.ended(JobState.SUCCEEDED)).containsExactly("order-1");
    assertThat(events.ended(JobState.DEAD)).containsExactly("order-2");
    assertThat(events.of("order-1")).extracting(JobEvent::getResult).contains("\"done\"");
    assertThat(events.breaches()).isEmpty();
  }

  @Test
  void anotherTestSeesNothingOfThat(Tasks tasks, EventLog events) {
    assertThat(tasks.queues().listQueues()).extracting(Queue::name).containsExactly("orders");
    assertThat(events.of("order-1")).isEmpty();
  }

  @Test
  void waitThatIsTooShortNamesTheJobs(Tasks tasks, EventLog events) {
    JobId waiting = enqueue(tasks, "order-3");
    assertThatThrownBy(() -> events.awaitEnded(List.of(waiting), Duration.ofMillis(100)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("order-3 (no event)");
  }

  @Test
  @TasksTest(queues = {"first", "second"})
  void annotationOfAMethodStandsForThatOfTheClass(Tasks tasks) {
    assertThat(tasks.queues().listQueues())
        .extracting(Queue::name)
        .containsExactly("first", "second");
  }

  @Test
  @TasksTest(queues = "orders", broker = TestBroker.TESTCONTAINERS)
  void jobsRunOnTheBrokerOfAContainer(Tasks tasks, EventLog events) {
    JobId job = enqueue(tasks, "order-4");
    try (Processor processor = processor(tasks)) {
      events.awaitEnded(List.of(job), PATIENCE);
      assertThat(processor.running()).isTrue();
    }
    assertThat(events.breaches()).isEmpty();
  }

  @Test
  @TasksTest(queues = "orders", scheduler = true)
  void delayedJobsRunWhereASchedulerDoes(Tasks tasks, EventLog events) {
    JobId job =
        tasks
            .queues()
            .enqueue(
                Job.of("ProcessOrder", new Order("order-5"))
                    .queue("orders")
                    .schedule(Schedule.after(Duration.ofMillis(200)))
                    .build());
    try (Processor processor = processor(tasks)) {
      events.awaitEnded(List.of(job), PATIENCE);
      assertThat(processor.running()).isTrue();
    }
    assertThat(events.breaches()).isEmpty();
  }

  @Nested
  class Inside {
    @Test
    void nestedClassesHaveWhatTheirOuterClassHas(Tasks tasks) {
      assertThat(tasks.queues().getQueue("orders")).isPresent();
    }
  }

  private static JobId enqueue(Tasks tasks, String id) {
    return tasks
        .queues()
        .enqueue(Job.of("ProcessOrder", new Order(id)).id(id).queue("orders").build());
  }

  private static Processor processor(Tasks tasks) {
    return Processor.on(tasks)
        .queue("orders")
        .handler(
            "ProcessOrder",
            Order.class,
            (order, context) -> {
              if (order.id().equals("order-2")) {
                throw new PermanentFailure("out of stock");
              }
              return "done";
            })
        .start();
  }
}
