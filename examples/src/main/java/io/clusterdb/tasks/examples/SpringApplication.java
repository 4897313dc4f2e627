package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * In a Spring application, of Boot or not: connection and processor are beans. Spring closes beans
 * in reverse order of what they need, so that jobs that run may end before what they use is gone.
 * In Boot give {@code Tasks.connect} the {@code MeterRegistry} bean too, and Actuator shows the
 * metrics.
 */
public final class SpringApplication {
  private static final String QUEUE = Playground.unique("greetings");

  private SpringApplication() {}

  record Greeting(String name) {}

  /** A service with whatever it needs injected; handlers are its methods. */
  static class Greeter {
    private final CountDownLatch greeted = new CountDownLatch(1);

    void greet(Greeting greeting) {
      show("Hello, %s!".formatted(greeting.name()));
      greeted.countDown();
    }
  }

  /** A service that enqueues. */
  static class Guests {
    private final Tasks tasks;

    Guests(Tasks tasks) {
      this.tasks = tasks;
    }

    void arrive(String name) {
      tasks.queues().enqueue(Job.of("Greet", new Greeting(name)).queue(QUEUE).build());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean(destroyMethod = "close")
    Playground playground() {
      return Playground.open();
    }

    @Bean(destroyMethod = "close")
    Tasks tasks(Playground playground) {
      Tasks tasks = Tasks.connect(playground.bootstrap());
      tasks.queues().createQueue(Queue.named(QUEUE).build());
      return tasks;
    }

    @Bean(destroyMethod = "close")
    Processor processor(Tasks tasks, Greeter greeter) {
      return Processor.on(tasks)
          .queue(QUEUE)
          .action("Greet", Greeting.class, (greeting, job) -> greeter.greet(greeting))
          .start();
    }

    @Bean
    Greeter greeter() {
      return new Greeter();
    }

    @Bean
    Guests guests(Tasks tasks) {
      return new Guests(tasks);
    }
  }

  public static void main(String[] args) throws InterruptedException {
    Processor processor;
    try (var context = new AnnotationConfigApplicationContext(Beans.class)) {
      processor = context.getBean(Processor.class);
      context.getBean(Guests.class).arrive("Ann");
      await(context.getBean(Greeter.class).greeted, "greeting of Ann");
    }
    check(!processor.running(), "the processor was closed with its context");
  }
}
