package io.clusterdb.tasks.it;

import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;

/**
 * A replay that can be killed: {@code BOOTSTRAP PREFIX QUEUE RATE}; prints a line for each dead
 * letter.
 */
final class ReplayProcess {
  private ReplayProcess() {}

  public static void main(String[] args) {
    try (Tasks tasks = Tasks.connect(TasksConfig.of(args[0]).prefix(args[1]))) {
      tasks
          .queues()
          .deadLetters(args[2])
          .replay(
              Replay.all().perSecond(Double.parseDouble(args[3])),
              outcome -> System.out.println(outcome.job().id()));
    }
  }
}
