package io.clusterdb.tasks.worker;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.spi.ProcessorProvider;

/** Found by {@link java.util.ServiceLoader}. */
public final class WorkerProvider implements ProcessorProvider {
  /** Called by the service loader. */
  public WorkerProvider() {}

  @Override
  public Processor.Builder builder(Tasks tasks) {
    return new ProcessorBuilder(TasksRuntime.of(tasks));
  }
}
