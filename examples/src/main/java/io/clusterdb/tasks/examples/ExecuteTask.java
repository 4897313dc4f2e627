package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Work that a caller waits for: registered by type, done by whatever worker is free. */
public final class ExecuteTask {
  private ExecuteTask() {}

  record Numbers(List<Integer> values) {}

  record Sum(long total) {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("math");
      String type = Playground.unique("Sum");
      tasks.queues().createQueue(Queue.named(queue).retry(RetryPolicy.none()).build());
      tasks.tasks().registerTask(TaskDefinition.of(type).queue(queue).payloadType(Numbers.class));

      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler(type, Numbers.class, (n, job) -> sum(n))
              .start()) {
        show("Processor %s adds up.".formatted(processor.instanceId()));

        Task task = Task.of(type);
        TaskResult result = tasks.tasks().executeTask(task.payload(numbers(1, 2, 3)));
        check(
            new Sum(6).equals(result.resultAs(Sum.class)),
            "1 + 2 + 3 is %s".formatted(result.result()));

        List<CompletableFuture<TaskResult>> many =
            IntStream.range(0, 100)
                .mapToObj(i -> tasks.tasks().executeTaskAsync(task.payload(numbers(i, i))))
                .toList();
        long succeeded =
            many.stream().map(CompletableFuture::join).filter(TaskResult::succeeded).count();
        check(succeeded == 100, "100 tasks at once came back");

        JobFailure failure = tasks.tasks().executeTask(task.payload(numbers())).failure();
        check(
            failure != null && failure.type().equals("IllegalArgumentException"),
            "a failed task says why: %s".formatted(failure));

        check(
            refused(() -> tasks.tasks().executeTask(task.payload("three"))),
            "a payload that does not fit the type is refused before it is enqueued");
      }
    }
  }

  private static Numbers numbers(Integer... values) {
    return new Numbers(List.of(values));
  }

  private static Sum sum(Numbers numbers) {
    if (numbers.values().isEmpty()) {
      throw new IllegalArgumentException("there is nothing to add up");
    }
    return new Sum(numbers.values().stream().mapToLong(Integer::longValue).sum());
  }

  private static boolean refused(Runnable enqueue) {
    try {
      enqueue.run();
      return false;
    } catch (TasksException e) {
      return e.code() == ErrorCode.INVALID_PAYLOAD;
    }
  }
}
