package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the tracker knows of one run of a job. Immutable. Each part is merged by itself,
 * as {@link Merge} says.
 *
 * @param standing how far it is
 * @param queue its queue
 * @param type its type; empty where it is not known
 * @param lane its lane
 * @param createdAt when it was enqueued, or first seen, in milliseconds since 1970
 * @param maxAttempts attempts in all; 0 where that is not known
 * @param due when it is due next; null for nothing
 * @param seat where its record was last; null where none was seen
 * @param deadLetter where its dead letter is; null where none was seen
 * @param deadLetterGone whether its dead letter was replayed or purged
 * @param last the attempt of which the most is known; null for none
 * @param metadata what its producer attached
 * @param batchId its batch; null for none
 */
public record RunState(
    Standing standing,
    String queue,
    String type,
    Priority lane,
    long createdAt,
    int maxAttempts,
    @Nullable Due due,
    @Nullable Seat seat,
    @Nullable Place deadLetter,
    boolean deadLetterGone,
    @Nullable Attempted last,
    Map<String, String> metadata,
    @Nullable String batchId) {

  /**
   * When an attempt is due.
   *
   * @param attempt the attempt, from 1
   * @param at milliseconds since 1970
   */
  public record Due(int attempt, long at) implements Comparable<Due> {
    private static final Comparator<Due> ORDER =
        Comparator.comparingInt(Due::attempt).thenComparingLong(Due::at);

    @Override
    public int compareTo(Due other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Where the record of a job is, for whoever needs its payload.
   *
   * @param attempt the attempt that it is for
   * @param stage whether it waits or is in its queue
   * @param place where it is; its lane says which topic of the queue
   */
  public record Seat(int attempt, Stage stage, Place place) implements Comparable<Seat> {
    private static final Comparator<Seat> ORDER =
        Comparator.comparingInt(Seat::attempt)
            .thenComparing(Seat::stage)
            .thenComparing(Seat::place);

    @Override
    public int compareTo(Seat other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * The handler's work on an attempt. An event knows more of it than a record, so it is preferred
   * whichever came last.
   *
   * @param standing how far the attempt was
   * @param execution what is known
   */
  public record Attempted(Standing standing, Execution execution) implements Comparable<Attempted> {
    private static final Comparator<Attempted> ORDER =
        Comparator.comparingInt((Attempted each) -> each.standing.attempt())
            .thenComparing(each -> each.standing.place().source() == Place.Source.EVENTS)
            .thenComparing(each -> each.standing.stage())
            .thenComparingLong(each -> each.standing.at())
            .thenComparing(each -> each.standing.place());

    @Override
    public int compareTo(Attempted other) {
      return ORDER.compare(this, other);
    }
  }

  /** Its state. */
  public JobState state() {
    return standing.state();
  }

  /** When it ended, in milliseconds since 1970; 0 if it has not. */
  public long finishedAt() {
    return standing.stage().terminal() ? standing.at() : 0;
  }

  /** Whether more is known of it than that a dead letter of it was removed. */
  public boolean known() {
    return standing.attempt() > 0;
  }

  /** Whether it counts: a dead letter that was replayed or purged is nobody's concern any more. */
  public boolean counted() {
    return known() && !(deadLetterGone && state() == JobState.DEAD);
  }
}
