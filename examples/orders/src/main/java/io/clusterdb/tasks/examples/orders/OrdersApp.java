package io.clusterdb.tasks.examples.orders;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Starts the shop on the platform of {@code TASKS_BOOTSTRAP}, by default {@code localhost:9092},
 * and serves on {@code SHOP_PORT}, by default 8090, until it is stopped.
 */
public final class OrdersApp {
  private OrdersApp() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    TasksConfig config = TasksConfig.of(env.getOrDefault("TASKS_BOOTSTRAP", "localhost:9092"));
    int port = Integer.parseInt(env.getOrDefault("SHOP_PORT", "8090"));
    Shop shop =
        new Shop(
            new Warehouse(Map.of("lamp", 100, "chair", 20, "table", 5)), new Bank(), new Mailbox());
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop, stopped)));
    try (Tasks tasks = Tasks.connect(config, metrics)) {
      Shop.define(tasks);
      try (Processor processor = shop.start(tasks);
          OrderApi api = new OrderApi(tasks, metrics, port)) {
        System.out.printf(
            "The shop is open on %s/orders, its worker is %s.%n",
            api.address(), processor.instanceId());
        stop.await();
      }
    } finally {
      stopped.countDown();
    }
  }

  /** On SIGTERM jobs that run may end before the process does. */
  private static void end(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
