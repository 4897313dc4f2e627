package io.clusterdb.tasks.it;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A worker in a process of its own, for tests that kill it. Arguments: bootstrap, prefix, queues
 * apart by commas, concurrency. Types: {@code Sleep} (payload: milliseconds), {@code Noop}, {@code
 * Kill} (ends the process at once), {@code Hoard} (takes memory until there is none).
 */
final class FaultWorker {
  private FaultWorker() {}

  public static void main(String[] arguments) throws Exception {
    Tasks tasks = Tasks.connect(FaultIT.config(arguments[0], arguments[1]));
    Processor.Builder builder = Processor.on(tasks);
    for (String queue : arguments[2].split(",", -1)) {
      builder.queue(queue).concurrency(Integer.parseInt(arguments[3]));
    }
    Processor processor =
        builder
            .action("Sleep", Integer.class, (millis, context) -> Thread.sleep(millis))
            .action("Noop", Void.class, (nothing, context) -> {})
            .action("Kill", Void.class, (nothing, context) -> Runtime.getRuntime().halt(137))
            .action("Hoard", Void.class, (nothing, context) -> hoard())
            .drainTimeout(Duration.ofSeconds(5))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(tasks::close));
    processor.awaitReady(Duration.ofSeconds(60));
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static void hoard() {
    Object[] kept = null;
    while (true) {
      kept = new Object[] {kept, new long[1 << 20]};
    }
  }
}
