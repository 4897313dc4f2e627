package io.clusterdb.tasks.it;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.CountDownLatch;

/** A worker for jobs with large payloads, in a process of its own: {@code BOOTSTRAP QUEUE}. */
final class LargeWorker {
  private LargeWorker() {}

  public static void main(String[] arguments) throws Exception {
    Tasks tasks = Tasks.connect(arguments[0]);
    Processor processor =
        Processor.on(tasks)
            .queue(arguments[1])
            .concurrency(50)
            .action(
                "Large", byte[].class, (payload, context) -> Thread.sleep(payload.length / 10_000))
            .start();
    System.out.println("ready " + processor.instanceId());
    new CountDownLatch(1).await();
  }
}
