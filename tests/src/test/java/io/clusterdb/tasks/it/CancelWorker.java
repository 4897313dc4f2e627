package io.clusterdb.tasks.it;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A worker whose handlers say when they start, for tests that kill it. Arguments: bootstrap,
 * prefix, a file. Types: {@code Quick}, {@code Slow} (until there is the file), {@code Fail} (its
 * first attempt).
 */
final class CancelWorker {
  private static final long LOOK_MILLIS = 20;

  private CancelWorker() {}

  public static void main(String[] arguments) throws Exception {
    Tasks tasks = Tasks.connect(FaultIT.config(arguments[0], arguments[1]));
    Processor processor = start(tasks, Path.of(arguments[2]), System.out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(tasks::close));
    processor.awaitReady(Duration.ofSeconds(60));
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  /**
   * Starts one here.
   *
   * @param go slow jobs end when there is this file
   * @param starts is told of each start, before the handler does anything: id, and milliseconds
   *     since 1970
   */
  static Processor start(Tasks tasks, Path go, Consumer<String> starts) {
    return Processor.on(tasks)
        .queue("work")
        .action("Quick", Void.class, (nothing, context) -> said(context, starts))
        .action(
            "Slow",
            Void.class,
            (nothing, context) -> {
              said(context, starts);
              while (!Files.exists(go)) {
                Thread.sleep(LOOK_MILLIS);
              }
            })
        .action(
            "Fail",
            Void.class,
            (nothing, context) -> {
              said(context, starts);
              if (context.job().attempt() == 1) {
                throw new NamedFailure("Odd", "on purpose");
              }
            })
        .start();
  }

  private static void said(JobContext context, Consumer<String> starts) {
    starts.accept(context.job().id() + " " + System.currentTimeMillis());
  }
}
