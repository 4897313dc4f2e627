package io.clusterdb.tasks.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a platform on a real broker. The broker is shared by all test classes of the JVM and
 * closed after the last; every test method has a prefix of its own on it, so tests see nothing of
 * each other, and what a test made there is deleted when it ends.
 *
 * <p>Test methods, and methods annotated {@code @BeforeEach} and {@code @AfterEach}, may take these
 * as parameters, the same ones within a test:
 *
 * <ul>
 *   <li>{@code Tasks}: a connection, closed when the test ends, with its processors
 *   <li>{@code TasksConfig}: its configuration, for connections of the test's own
 *   <li>{@link EventLog}: what happened to the jobs, and whether the guarantees were kept
 * </ul>
 *
 * <pre>{@code
 * @TasksTest(queues = "orders")
 * class OrdersTest {
 *   @Test
 *   void ordersAreProcessed(Tasks tasks, EventLog events) throws Exception {
 *     JobId id = tasks.queues().enqueue(Job.of("ProcessOrder", order).queue("orders").build());
 *     try (Processor processor = ...start()) {
 *       events.awaitEnded(List.of(id), Duration.ofSeconds(10));
 *     }
 *     assertThat(events.breaches()).isEmpty();
 *   }
 * }
 * }</pre>
 *
 * <p>On a method it stands for that of the class. Tests may run in parallel.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(TasksExtension.class)
public @interface TasksTest {
  /** Queues that exist when a test starts, with defaults; none by default. */
  String[] queues() default {};

  /** The broker; the embedded one by default. */
  TestBroker broker() default TestBroker.EMBEDDED;

  /**
   * Whether a scheduler runs in this JVM during each test, so that delayed jobs and retries with a
   * wait find their way back; false by default, since it takes a second or two to start.
   */
  boolean scheduler() default false;

  /**
   * Whether an orchestrator runs in this JVM during each test, for workflows, the state of jobs,
   * batches and leases; false by default, since it takes a second or two to start. Workflows that
   * sleep or retry with a wait want {@link #scheduler} too.
   */
  boolean orchestrator() default false;
}
