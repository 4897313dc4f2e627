package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.TurnBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueQueueTest {
  private static final int PLENTY = 1_000_000;

  private final MemoryDueStore store = new MemoryDueStore();
  private final DueQueue queue = new DueQueue(store);
  private final List<String> left = new ArrayList<>();

  @Test
  void nothingLeavesBeforeItsTime() {
    add(100, "a");
    assertThat(turn(99)).isFalse();
    assertThat(left).isEmpty();
    assertThat(queue.nextDue()).isEqualTo(100);
  }

  @Test
  void jobsLeaveInTheOrderInWhichTheyAreDue() {
    add(300, "c");
    add(100, "a");
    add(200, "b");
    turn(250);
    assertThat(left).containsExactly("a", "b");
    assertThat(queue.nextDue()).isEqualTo(300);
    turn(300);
    assertThat(left).containsExactly("a", "b", "c");
    assertThat(queue.nextDue()).isEqualTo(DueQueue.NEVER);
  }

  @Test
  void theBudgetEndsATurnAndTheNextGoesOn() {
    for (int i = 0; i < 5; i++) {
      add(100, "job-" + i);
    }
    assertThat(queue.turn(100, jobs(2), this::leave)).isTrue();
    assertThat(left).hasSize(2);
    assertThat(queue.turn(100, jobs(3), this::leave)).isFalse();
    assertThat(left).containsExactly("job-0", "job-1", "job-2", "job-3", "job-4");
  }

  @Test
  void theSameRunAtTheSameTimeIsThereOnce() {
    add(100, "a");
    add(100, "a");
    turn(100);
    assertThat(left).containsExactly("a");
  }

  @Test
  void runsOfOneJobAreAllThere() {
    queue.add(100, "a", "first", bytes("1"));
    queue.add(100, "a", "second", bytes("2"));
    turn(100);
    assertThat(left).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void aJobThatIsDueEarlierThanAllIsFound() {
    add(500, "late");
    turn(400);
    add(450, "early");
    assertThat(queue.nextDue()).isEqualTo(450);
    turn(450);
    assertThat(left).containsExactly("early");
  }

  @Test
  void aClockThatIsSetBackLosesNothing() {
    for (int i = 0; i < 200; i++) {
      add(1_000, "job-" + i);
    }
    turn(1_000);
    assertThat(left).hasSize(200);
    add(500, "back");
    assertThat(turn(900)).isFalse();
    turn(1_100);
    assertThat(left).hasSize(201).endsWith("back");
  }

  @Test
  void aJobThatCannotLeaveIsTriedAgainLater() {
    add(100, "a");
    queue.turn(150, jobs(PLENTY), job -> 1_150);
    assertThat(queue.nextDue()).isEqualTo(1_150);
    turn(1_149);
    assertThat(left).isEmpty();
    turn(1_150);
    assertThat(left).containsExactly("a");
    assertThat(store.size()).isZero();
  }

  @Test
  void manyThatLeaveAreRemovedLaterAndNeverLeaveAgain() {
    for (int i = 0; i < 1_000; i++) {
      add(100, "job-" + i);
    }
    turn(100);
    assertThat(left).hasSize(1_000);
    assertThat(store.size()).isPositive();
    assertThat(queue.swept()).isFalse();
    queue.sweep(jobs(100));
    assertThat(queue.swept()).isFalse();
    turn(200);
    queue.sweep(jobs(PLENTY));
    assertThat(queue.swept()).isTrue();
    assertThat(store.size()).isZero();
    assertThat(left).hasSize(1_000).doesNotHaveDuplicates();
  }

  @Test
  void anotherOwnerOfTheStoreGoesOnFromTheMark() {
    for (int i = 0; i < 1_000; i++) {
      add(100, "job-" + i);
    }
    add(300, "later");
    queue.turn(100, jobs(500), this::leave);
    DueQueue next = new DueQueue(store);
    next.turn(100, jobs(PLENTY), this::leave);
    next.sweep(jobs(PLENTY));
    assertThat(left).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(next.nextDue()).isEqualTo(300);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void scansNeverWalkOverWhatLeftBefore() {
    for (int time = 1; time <= 2_000; time++) {
      add(time, "job-" + time);
      turn(time);
    }
    assertThat(left).hasSize(2_000);
    assertThat(store.walked()).isEqualTo(2_000);
  }

  private void add(long due, String id) {
    queue.add(due, id, "run", bytes(id));
  }

  private boolean turn(long now) {
    return queue.turn(now, jobs(PLENTY), this::leave);
  }

  private long leave(byte[] job) {
    left.add(new String(job, StandardCharsets.UTF_8));
    return DueQueue.Exit.GONE;
  }

  private static TurnBudget jobs(int count) {
    return new TurnBudget(count, Long.MAX_VALUE, () -> 0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
