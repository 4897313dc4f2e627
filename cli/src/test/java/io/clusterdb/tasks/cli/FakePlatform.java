package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.WorkflowManager;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A platform in memory: keeps queues and jobs; a task of the type {@code fail} ends badly. */
final class FakePlatform implements Tasks {
  final FakeQueues queues = new FakeQueues();
  final FakeTaskManager tasks = new FakeTaskManager(queues);
  final FakeSchedules schedules = new FakeSchedules();
  final List<Alert> alerts = new CopyOnWriteArrayList<>();
  private final TasksConfig config;

  FakePlatform(TasksConfig config) {
    this.config = config;
  }

  @Override
  public TaskManager tasks() {
    return tasks;
  }

  @Override
  public QueueManager queues() {
    return queues;
  }

  @Override
  public WorkflowManager workflows() {
    return (WorkflowManager)
        java.lang.reflect.Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {WorkflowManager.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Override
  public ScheduleManager schedules() {
    return schedules;
  }

  @Override
  public void configureMonitoring(MetricsConfig monitoring) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Alert> alerts() {
    return List.copyOf(alerts);
  }

  @Override
  public void configureTelemetry(TracingConfig tracing) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void configureTelemetry(OpenTelemetry openTelemetry) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TraceCounts traceCounts() {
    return TraceCounts.NONE;
  }

  @Override
  public TasksConfig config() {
    return config;
  }

  @Override
  public void close() {}
}
