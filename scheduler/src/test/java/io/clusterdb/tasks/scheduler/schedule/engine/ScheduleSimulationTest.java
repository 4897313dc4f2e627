package io.clusterdb.tasks.scheduler.schedule.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/**
 * A log of inputs, a scheduler that commits now and then, dies at any step and starts again from
 * its last commit, wakes up at any time, and a clock that also jumps. The oracle is the list of
 * times that each definition plans while it is in force.
 */
class ScheduleSimulationTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private record Logged(ScheduleInput input) {}

  /** What survives a crash. */
  private record Committed(ScheduleRow row, int offset, List<ScheduleEvent.Fired> fires) {}

  private final List<Logged> inputs = new ArrayList<>();
  private Committed committed = new Committed(ScheduleRow.NEW, 0, List.of());
  private ScheduleRow row = ScheduleRow.NEW;
  private int offset;
  private final List<ScheduleEvent.Fired> uncommitted = new ArrayList<>();

  private Instant now = Instant.parse("2026-03-29T00:50:00Z").minusSeconds(random.nextInt(1_800));
  private final Set<Instant> expected = new TreeSet<>();
  private @Nullable ScheduledTask inForce;
  private Instant since = now;
  private Instant latest = now;
  private long version;

  @RepeatedTest(200)
  void everyPlannedTimeIsFiredOnceAndNotEarly() {
    change(schedule());
    for (int step = 0; step < 400; step++) {
      step();
    }
    change(null);
    now = now.isBefore(latest) ? latest : now;
    drain();
    commit();

    List<Instant> planned =
        committed.fires().stream()
            .map(fire -> fire.run().plannedAt())
            .map(at -> at == null ? Instant.MIN : at)
            .toList();
    assertThat(planned).as("seed %d: nothing twice", seed).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(planned)).as("seed %d: what was planned", seed).isEqualTo(expected);
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0 -> change(schedule());
      case 1 -> {
        if (random.nextInt(3) == 0) {
          change(null);
          change(schedule());
        }
      }
      case 2, 3 -> crash();
      case 4, 5, 6, 7 -> commit();
      case 8 -> setBack();
      case 9 -> now = now.plusSeconds(random.nextInt(50)); // or ahead
      case 10, 11, 12, 13 -> read();
      default -> {
        now = now.plusMillis(random.nextInt(2_000));
        wake();
      }
    }
    latest = latest.isBefore(now) ? now : latest;
  }

  /**
   * Sets the clock back. A definition from the future is in force at once, which the oracle does
   * not know, so what was written has been read for good before.
   */
  private void setBack() {
    while (offset < inputs.size()) {
      read();
    }
    commit();
    now = now.minusSeconds(random.nextInt(300));
  }

  private ScheduledTask schedule() {
    Schedule times =
        switch (random.nextInt(3)) {
          case 0 -> Schedule.every(Duration.ofSeconds(1 + random.nextInt(10)));
          case 1 -> Schedule.every(Duration.ofSeconds(5)).jitter(Duration.ofSeconds(4));
          default -> Schedule.cron(random.nextBoolean() ? "*/7 * * * * *" : "*/5 * 1-3 * * *");
        };
    return ScheduledTask.named("s")
        .schedule(times)
        .zone(BERLIN)
        .misfire(Misfire.FIRE_ALL)
        .repeatedHour(List.of(RepeatedHour.values()).get(random.nextInt(3)));
  }

  /**
   * Changes the definition by a clock that never goes back, as an operator's; the scheduler learns
   * of it whenever it reads on. What a definition plans from its start to its end is expected, but
   * for times that one before it had dealt with, and for fires that jitter still puts off when the
   * schedule is deleted.
   */
  private void change(@Nullable ScheduledTask next) {
    now = now.isBefore(latest) ? latest : now;
    if (next == null) {
      // Deleting fires nothing, so that what is due before it must be fired before it is read.
      drain();
      commit();
    }
    ScheduledTask old = inForce;
    if (old != null) {
      Definition definition = Definition.of(old, 0);
      Instant planned = definition.times().next(since);
      while (planned != null && !planned.isAfter(now)) {
        if (next != null || !definition.fireTime(planned).isAfter(now)) {
          expected.add(planned);
        }
        planned = definition.times().next(planned);
      }
    }
    inForce = next;
    since = since.isBefore(now) ? now : since;
    version++;
    inputs.add(
        new Logged(
            next == null
                ? new ScheduleInput.Remove()
                : new ScheduleInput.Define(Definition.of(next, version), now)));
  }

  private void drain() {
    while (offset < inputs.size()) {
      read();
    }
    Instant due = row.due();
    while (due != null && !due.isAfter(now)) {
      apply(new ScheduleInput.Wake());
      due = row.due();
    }
  }

  /**
   * A definition from a clock ahead is in force from the scheduler's now: not what is tested here.
   */
  private void read() {
    if (offset < inputs.size()) {
      now = now.isBefore(latest) ? latest : now;
      apply(inputs.get(offset).input());
      offset++;
    }
  }

  /** What was written before is read before, however much later that is. */
  private void wake() {
    while (offset < inputs.size()) {
      read();
    }
    Instant due = row.due();
    if ((due != null && !due.isAfter(now)) || random.nextInt(5) == 0) {
      apply(new ScheduleInput.Wake());
    }
  }

  private void apply(ScheduleInput input) {
    for (ScheduleEvent event : ScheduleEngine.decide(row, input, now)) {
      row = ScheduleEngine.evolve(row, event);
      if (event instanceof ScheduleEvent.Fired fired) {
        assertThat(fired.time()).as("seed %d: not early", seed).isBeforeOrEqualTo(now);
        uncommitted.add(fired);
      }
    }
  }

  private void commit() {
    List<ScheduleEvent.Fired> all = new ArrayList<>(committed.fires());
    all.addAll(uncommitted);
    committed = new Committed(row, offset, all);
    uncommitted.clear();
  }

  private void crash() {
    row = committed.row();
    offset = committed.offset();
    uncommitted.clear();
    assertThat(new HashSet<>(committed.fires())).hasSameSizeAs(committed.fires());
  }
}
