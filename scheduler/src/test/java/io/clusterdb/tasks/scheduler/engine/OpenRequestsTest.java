package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.TurnBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenRequestsTest {
  private final MemoryDueStore store = new MemoryDueStore();
  private final DueQueue waiting = new DueQueue(store);
  private final OpenRequests open = new OpenRequests(waiting);
  private final Set<String> cancelled = new TreeSet<>();

  @Test
  void onePassServesAllRequestsThatAreOpenWhenItBegins() {
    add(1_000);
    open.add(cancel("job-3", JobRequest.UNKNOWN), 0);
    open.add(cancel("job-997", JobRequest.UNKNOWN), 0);
    int walked = search(100);
    assertThat(cancelled).containsExactlyInAnyOrder("job-3", "job-997");
    assertThat(walked).isLessThanOrEqualTo(1_000);
    assertThat(open.size()).isZero();
    assertThat(open.searching()).isFalse();
  }

  @Test
  void aHintFindsAJobWithoutAPass() {
    add(10_000);
    JobRequest request = cancel("job-4000", 4_000 * 100);
    open.add(request, 0);
    int before = store.walked();
    assertThat(open.lookNear(request, jobs(1_000), this::cancelled)).containsExactly(request);
    assertThat(cancelled).containsExactly("job-4000");
    assertThat(store.walked() - before).isLessThan(50);
    assertThat(open.searching()).isFalse();
  }

  @Test
  void aRequestWhoseJobIsNowhereIsForgottenAfterAWhile() {
    add(10);
    open.add(cancel("gone", JobRequest.UNKNOWN), 1_000);
    search(100);
    assertThat(open.expire(1_000 + OpenRequests.GRACE_MS - 1)).isEmpty();
    assertThat(open.of("gone")).hasSize(1);
    assertThat(open.expire(1_000 + OpenRequests.GRACE_MS)).hasSize(1);
    assertThat(open.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyJobEitherLeavesOrIsCancelledWhateverHappensMeanwhile(long seed) {
    Random random = new Random(seed);
    List<String> left = new ArrayList<>();
    Set<String> asked = new TreeSet<>();
    int jobs = 3_000;
    for (int i = 0; i < jobs; i++) {
      String id = "job-" + i;
      waiting.add(1 + random.nextInt(10_000), id, "run", id.getBytes(StandardCharsets.UTF_8));
      if (random.nextInt(10) == 0) {
        asked.add(id);
      }
    }
    long now = 0;
    for (String id : asked) {
      open.add(cancel(id, JobRequest.UNKNOWN), now);
      if (random.nextInt(5) == 0) {
        open.search(jobs(1 + random.nextInt(500)), this::cancelled);
        now += random.nextInt(100);
        waiting.turn(now, jobs(200), job -> leave(left, job));
        waiting.sweep(jobs(20));
      }
    }
    search(700);
    waiting.turn(20_000, jobs(10_000), job -> leave(left, job));
    assertThat(left)
        .as("seed %d", seed)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(cancelled);
    assertThat(asked).as("seed %d", seed).containsAll(cancelled);
    assertThat(left.size() + cancelled.size()).as("seed %d", seed).isEqualTo(jobs);
    Set<String> missed = new TreeSet<>(asked);
    missed.removeAll(cancelled);
    assertThat(left)
        .as("those that were not cancelled had left, seed %d", seed)
        .containsAll(missed);
    waiting.sweep(jobs(100_000));
    assertThat(store.size()).as("entries left behind, seed %d", seed).isZero();
  }

  private static long leave(List<String> left, byte[] job) {
    left.add(new String(job, StandardCharsets.UTF_8));
    return DueQueue.Exit.GONE;
  }

  private void add(int jobs) {
    for (int i = 0; i < jobs; i++) {
      String id = "job-" + i;
      waiting.add(i * 100L, id, "run", id.getBytes(StandardCharsets.UTF_8));
    }
  }

  private int search(int atOnce) {
    int before = store.walked();
    while (open.searching()) {
      open.search(jobs(atOnce), this::cancelled);
    }
    return store.walked() - before;
  }

  private boolean cancelled(JobRequest request, byte[] key, byte[] job) {
    waiting.remove(key);
    assertThat(cancelled.add(request.jobId())).as("first cancellation of %s", request).isTrue();
    return true;
  }

  private static JobRequest cancel(String job, long hint) {
    return new JobRequest("of-" + job, job, null, 0, hint, new JobRequest.Cancel(null));
  }

  private static TurnBudget jobs(int count) {
    return new TurnBudget(count, Long.MAX_VALUE, () -> 0);
  }
}
