package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.worker.middleware.MiddlewareChain;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.QueuePolicies;

/** What attempts follow, made from the catalog and the processor's own settings. */
final class SetupFactory {
  private SetupFactory() {}

  static AttemptRunner.Setup setup(WorkerSettings settings, Queue queue, CatalogSnapshot catalog) {
    MiddlewareChain chain = settings.middleware().of(queue);
    return new AttemptRunner.Setup(
        new QueuePolicies(queue, catalog),
        new JobRecordReader(queue.defaultType() == null ? queue.name() : queue.defaultType()),
        chain::run,
        chain.timeout().map(limit -> Math.max(1, limit.toMillis())).orElse(0L),
        settings.stackTraces());
  }
}
