package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.CountDownLatch;

/**
 * A worker of workflows' steps in a process of its own: each returns what it was given. Arguments:
 * bootstrap, queue. Prints a line when it runs.
 */
final class StepWorker {
  private StepWorker() {}

  public static void main(String[] arguments) throws Exception {
    try (Tasks tasks = Tasks.connect(arguments[0]);
        Processor processor =
            Processor.on(tasks)
                .queue(arguments[1])
                .concurrency(200)
                .handler("step", Object.class, (payload, context) -> payload)
                .start()) {
      System.out.println(processor.instanceId());
      new CountDownLatch(1).await(); // until the parent ends this process
    }
  }
}
