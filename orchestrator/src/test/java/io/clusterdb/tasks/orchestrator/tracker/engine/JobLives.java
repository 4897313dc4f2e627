package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes up the facts of whole lives of jobs, as the platform would write them. */
public final class JobLives {
  private final Random random;
  private long offset;
  private long now = 1_000_000;

  /** Makes them up from this. */
  public JobLives(Random random) {
    this.random = random;
  }

  /** The facts of one run, in the order in which they are written. */
  public List<Fact> run(String job, String run, String queue) {
    List<Fact> facts = new ArrayList<>();
    int attempt = 1;
    int maxAttempts = 1 + random.nextInt(3);
    Priority lane = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW).get(random.nextInt(3));
    Life life = new Life(job, run, queue, lane, now, maxAttempts);
    if (random.nextInt(4) == 0) {
      if (random.nextBoolean()) {
        facts.add(life.fact(Source.NORMAL, Stage.POSTPONED, 1, now + 50, null));
        facts.add(life.fact(Source.EVENTS, Stage.WAITING, 1, now + 50, null));
      }
      facts.add(life.fact(Source.DELAYED, Stage.WAITING, 1, now + 50, null));
    }
    while (true) {
      facts.add(
          life.fact(
              lane == Priority.HIGH ? Source.HIGH : Source.NORMAL, Stage.QUEUED, attempt, 0, null));
      if (random.nextInt(20) == 0) {
        return facts; // still waits
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        facts.add(life.fact(Source.EVENTS, Stage.RUNNING, attempt, 0, execution(null)));
      }
      int how = random.nextInt(10);
      if (how < 5) {
        facts.add(life.fact(Source.EVENTS, Stage.SUCCEEDED, attempt, 0, execution(null)));
        return facts;
      }
      if (how == 5) {
        facts.add(life.fact(Source.EVENTS, Stage.CANCELLED, attempt, 0, execution(null)));
        return facts;
      }
      if (attempt == maxAttempts) {
        facts.add(life.fact(Source.EVENTS, Stage.DEAD, attempt, 0, execution("Boom")));
        facts.add(life.fact(Source.DEAD_LETTERS, Stage.DEAD, attempt, 0, execution("Boom")));
        if (random.nextInt(3) == 0) {
          facts.add(life.gone());
        }
        return facts;
      }
      facts.add(life.fact(Source.EVENTS, Stage.RETRYING, attempt, now + 100, execution("Boom")));
      attempt++;
      if (random.nextInt(3) > 0) { // else it is tried again in place
        facts.add(life.fact(Source.DELAYED, Stage.WAITING, attempt, now + 100, null));
      }
    }
  }

  private Execution execution(@Nullable String error) {
    return new Execution(
        now, random.nextInt(100), "w" + random.nextInt(2), error, error, null, false, -1, null);
  }

  private final class Life {
    private final String job;
    private final String run;
    private final String queue;
    private final Priority lane;
    private final long createdAt;
    private final int maxAttempts;

    Life(String job, String run, String queue, Priority lane, long createdAt, int maxAttempts) {
      this.job = job;
      this.run = run;
      this.queue = queue;
      this.lane = lane;
      this.createdAt = createdAt;
      this.maxAttempts = maxAttempts;
    }

    Fact fact(Source source, Stage stage, int attempt, long dueAt, @Nullable Execution execution) {
      now += random.nextInt(5);
      boolean event = source == Source.EVENTS;
      return new Fact(
          job,
          run,
          new Standing(stage, attempt, now, new Place(source, random.nextInt(4), offset++)),
          queue,
          "Mail",
          lane,
          createdAt,
          event ? maxAttempts : 0,
          dueAt,
          execution,
          event ? Map.of() : Map.of("source", "test"),
          null,
          false);
    }

    Fact gone() {
      Standing standing =
          new Standing(Stage.DEAD, 0, ++now, new Place(Source.DEAD_LETTERS, 0, offset++));
      return new Fact(
          job, run, standing, queue, "", Priority.NORMAL, 0, 0, 0, null, Map.of(), null, true);
    }
  }
}
