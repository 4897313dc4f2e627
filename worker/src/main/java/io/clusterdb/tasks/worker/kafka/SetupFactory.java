package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.QueuePolicies;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What attempts follow, made from the catalog and the processor's own settings. */
final class SetupFactory {
  private SetupFactory() {}

  static AttemptRunner.Setup setup(WorkerSettings settings, Queue queue, CatalogSnapshot catalog) {
    List<Middleware> middleware = new ArrayList<>(settings.middleware());
    return new AttemptRunner.Setup(
        new QueuePolicies(queue, catalog),
        new JobRecordReader(queue.defaultType() == null ? queue.name() : queue.defaultType()),
        (context, call) -> run(middleware, 0, context, call),
        0L);
  }

  private static @Nullable Object run(
      List<Middleware> middleware, int index, JobContext context, Middleware.Next call)
      throws Exception {
    return index == middleware.size()
        ? call.run()
        : middleware.get(index).handle(context, () -> run(middleware, index + 1, context, call));
  }
}
