package io.clusterdb.tasks.schedule;

import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.SkippedHour;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron expression in a zone. Daylight saving makes local times that do not exist,
 * which become one fire at the end of the gap, and such that exist twice, of which the first
 * counts, or both.
 */
final class CronTimes implements FireTimes {
  /** Past this nobody plans, and dates stay far from the end of time. */
  private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");

  /** Longer than any change of clocks: zones have crossed the date line by a day. */
  private static final Duration MORE_THAN_A_CHANGE = Duration.ofDays(2);

  private final CronExpression cron;
  private final ZoneRules rules;
  private final boolean fillsGaps;
  private final boolean twice;

  /** What was found last: a search costs more than all else about a fire, which asks repeatedly. */
  private volatile @Nullable Answer lastAnswer;

  /** No time is between the two. */
  private record Answer(Instant after, Instant next) {}

  CronTimes(CronExpression cron, ZoneId zone, SkippedHour skipped, RepeatedHour repeated) {
    this.cron = cron;
    this.rules = zone.getRules();
    this.fillsGaps = skipped == SkippedHour.FIRE_AFTER;
    this.twice =
        switch (repeated) {
          case ONCE -> false;
          case TWICE -> true;
          case BY_HOUR -> cron.everyHour();
        };
  }

  @Override
  public @Nullable Instant next(Instant after) {
    Instant from = after.isBefore(FIRST) ? FIRST : after;
    if (from.isAfter(LAST)) {
      return null;
    }
    Answer known = lastAnswer;
    if (known != null && !from.isBefore(known.after()) && from.isBefore(known.next())) {
      return known.next();
    }
    Instant next = find(from);
    if (next != null) {
      lastAnswer = new Answer(from, next);
    }
    return next;
  }

  private @Nullable Instant find(Instant from) {
    try {
      Instant first = next(from, false);
      Instant second = twice && changesNear(from, first) ? next(from, true) : null;
      return first == null || (second != null && second.isBefore(first)) ? second : first;
    } catch (DateTimeException e) {
      return null; // past the end of time
    }
  }

  /** Whether there may be a repeated local time between; where there is none, both agree. */
  private boolean changesNear(Instant from, @Nullable Instant first) {
    ZoneOffsetTransition change = rules.nextTransition(from.minus(MORE_THAN_A_CHANGE));
    return change != null
        && (first == null || !change.getInstant().isAfter(first.plus(MORE_THAN_A_CHANGE)));
  }

  /**
   * As if a repeated local time meant only its first, or only its second occurrence. Local times in
   * order are then instants in order, so the first one that is late enough is the next.
   */
  private @Nullable Instant next(Instant after, boolean second) {
    LocalDateTime last = lastPassed(after, second);
    while (true) {
      LocalDateTime local = cron.next(last);
      if (local == null) {
        return null;
      }
      ZoneOffsetTransition change = rules.getTransition(local);
      if (change == null) {
        return local.toInstant(rules.getOffset(local));
      }
      if (change.isOverlap()) {
        return local.toInstant(second ? change.getOffsetAfter() : change.getOffsetBefore());
      }
      if (fillsGaps) {
        return change.getInstant();
      }
      last = change.getDateTimeAfter().minusSeconds(1);
    }
  }

  /** The local time up to which every occurrence has passed. */
  private LocalDateTime lastPassed(Instant after, boolean second) {
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null || !change.isOverlap()) {
      return local;
    }
    boolean inSecond = offset.equals(change.getOffsetAfter());
    if (second && !inSecond) {
      return change.getDateTimeAfter().minusSeconds(1); // the second hour is still to come
    }
    // The first hour has passed as a whole.
    return !second && inSecond ? change.getDateTimeBefore().minusSeconds(1) : local;
  }
}
