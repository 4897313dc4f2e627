package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowManager;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplierTest {
  private static final Queue NEW = Queue.named("new").build();
  private static final Queue CHANGED = Queue.named("changed").build();
  private static final Workflow FLOW = Workflow.named("w");
  private static final ScheduledTask SCHEDULE =
      ScheduledTask.named("s").schedule(Schedule.cron("@daily"));
  private static final TaskDefinition TYPE = TaskDefinition.of("T");

  private static final MetricsConfig WATCHED =
      MetricsConfig.with().alerts(AlertConfig.queueThreshold(5));

  private final List<String> calls = new ArrayList<>();
  private final List<Step> done = new ArrayList<>();
  private final Applier applier =
      new Applier(
          recording(QueueManager.class),
          recording(TaskManager.class),
          recording(ScheduleManager.class),
          recording(WorkflowManager.class),
          monitoring -> calls.add("configureMonitoring " + monitoring));

  @Test
  void makesTheChangesInTheirOrderAndSchedulesLastAndAtOnce() {
    Plan plan =
        new Plan(
            List.of(
                new Step.CreateSchedule(SCHEDULE, List.of()),
                new Step.CreateQueue(NEW),
                new Step.UpdateSchedule(SCHEDULE, List.of(), List.of()),
                new Step.Unchanged("queue same"),
                new Step.UpdateQueue(CHANGED, List.of(new FieldChange("timeout", "1m", "2m"))),
                new Step.CreateType(TYPE),
                new Step.UpdateType(TYPE, List.of()),
                new Step.CreateWorkflow(FLOW),
                new Step.SetMonitoring(WATCHED, List.of())),
            List.of());

    applier.apply(plan, done::add);

    assertThat(calls)
        .containsExactly(
            "createQueue " + NEW,
            "updateQueue " + CHANGED,
            "registerTask " + TYPE,
            "registerTask " + TYPE,
            "createWorkflow " + FLOW,
            "configureMonitoring " + WATCHED,
            "configure " + List.of(SCHEDULE, SCHEDULE));
    assertThat(done)
        .extracting(Step::subject)
        .containsExactly(
            "queue new",
            "queue changed",
            "type T",
            "type T",
            "workflow w/1.0",
            "monitoring",
            "schedule s",
            "schedule s");
  }

  @Test
  void changesNothingWhereSomethingIsRefused() {
    Plan plan =
        new Plan(
            List.of(new Step.CreateQueue(NEW), new Step.Refused("queue q", "expected x")),
            List.of());

    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> applier.apply(plan, done::add))
        .withMessage("Conflict: nothing was changed.\n  queue q: expected x")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThat(calls).isEmpty();
  }

  private <T> T recording(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              calls.add(method.getName() + " " + arguments[0]);
              return null;
            }));
  }
}
