package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import org.jspecify.annotations.Nullable;

/** One record that is to be written to the catalog. */
public sealed interface CatalogChange {
  /** What it is about. */
  CatalogKey key();

  /** A queue is to be like this. */
  record PutQueue(Queue queue) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.queue(queue.name());
    }
  }

  /** A type is to be like this. */
  record PutType(TaskDefinition type) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.task(type.type());
    }
  }

  /** A version of a workflow is this. */
  record PutWorkflow(Workflow workflow) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.workflow(workflow.name(), workflow.version());
    }
  }

  /** A queue is to be left alone, or no longer. */
  record PutQueueState(String queue, boolean paused, @Nullable String reason)
      implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.queueState(queue);
    }
  }

  /** A schedule is to be like this; the payload of its task is encoded already. */
  record PutSchedule(ScheduledTask schedule) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.schedule(schedule.name());
    }
  }

  /** A schedule's times are to pass without a fire, or no longer. */
  record PutScheduleState(String schedule, boolean paused, @Nullable String reason)
      implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.scheduleState(schedule);
    }
  }

  /** The platform's services are here. */
  record PutEndpoints(Endpoints endpoints) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.ENDPOINTS;
    }
  }

  /** What is watched is to be this. */
  record PutMonitoring(MetricsConfig config) implements CatalogChange {
    @Override
    public CatalogKey key() {
      return CatalogKey.MONITORING;
    }
  }

  /** A definition is to be gone. */
  record Remove(CatalogKey key) implements CatalogChange {}
}
