package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetterFilter;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Dead letters are looked at, mended, run again, and thrown away. */
public final class ReplayDeadLetters {
  private ReplayDeadLetters() {}

  record Mail(String to) {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("mails");
      tasks.queues().createQueue(Queue.named(queue).build());

      List<String> sent = new CopyOnWriteArrayList<>();
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .concurrency(1)
              .action(
                  "send",
                  Mail.class,
                  (mail, context) -> {
                    if (!mail.to().contains("@")) {
                      throw new PermanentFailure("\"%s\" is no address".formatted(mail.to()));
                    }
                    sent.add(mail.to());
                  })
              .start()) {
        send(tasks, queue, "ann");
        send(tasks, queue, "spam");

        DeadLetters dead = tasks.queues().deadLetters(queue);
        List<DeadJob> letters = dead.list(DeadLetterFilter.ALL, 10);
        letters.forEach(letter -> show("dead: %s".formatted(letter.error())));
        check(letters.size() == 2, "both are dead letters");

        dead.replay(
            Replay.of(letter -> letter.payload().text().contains("ann"))
                .perSecond(50)
                .transform(
                    letter ->
                        Payload.json(letter.payload().text().replace("ann", "ann@example.org"))),
            outcome -> show("replayed: %s".formatted(outcome.job().id())));
        check(
            processor.awaitEmpty(Duration.ofSeconds(30)) && sent.equals(List.of("ann@example.org")),
            "the mended one was sent");

        long purged = dead.purge(DeadLetterFilter.ALL, letter -> {});
        check(purged == 1, "the other one is thrown away");
      }
    }
  }

  private static void send(Tasks tasks, String queue, String to) {
    tasks.tasks().executeTask(Task.of("send").queue(queue).payload(new Mail(to)));
  }
}
