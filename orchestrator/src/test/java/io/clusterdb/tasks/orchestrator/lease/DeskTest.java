package io.clusterdb.tasks.orchestrator.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.NamedError;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseEnd;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.worker.run.EndedException;
import io.clusterdb.tasks.worker.run.Fate;
import io.clusterdb.tasks.worker.run.Handout.Handed;
import io.clusterdb.tasks.worker.run.NotTakenException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A desk with threads, without a worker: the test brings jobs as the worker's slots would. */
class DeskTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Wish ONE = new Wish(1, LONG, LONG);

  private final AtomicLong secrets = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeSource source = new FakeSource();
  private final Desk desk =
      new Desk(
          handed -> new LeaseToken("h:1", "q", "tasks.q", 0, 7, 1, "s" + secrets.incrementAndGet()),
          System::nanoTime,
          handout -> source);

  private static final class FakeSource implements Source {
    private final AtomicLong wanted = new AtomicLong();
    private volatile boolean ready = true;

    @Override
    public void wanted(int jobs) {
      wanted.addAndGet(jobs);
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public boolean running() {
      return true;
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    desk.close();
    threads.shutdownNow();
  }

  @Test
  void aJobGoesToACallerAndItsResultBack() throws Exception {
    Future<Optional<List<Lease>>> caller = threads.submit(() -> desk.dequeue(ONE));
    await().until(desk::take);
    Future<@Nullable Object> attempt = run();
    Lease lease = caller.get().orElseThrow().getFirst();
    assertThat(desk.find(lease.token())).isPresent();
    LeaseEnd done = new LeaseEnd.Completed(TextNode.valueOf("fine"));
    assertThat(desk.end(lease.token(), done)).isPresent();
    assertThat(attempt.get()).isEqualTo(TextNode.valueOf("fine"));
    await().until(() -> desk.find(lease.token()).isEmpty());
    assertThat(source.wanted).hasValue(1);
  }

  @Test
  void aCallThatIsRepeatedIsToldTheSame() throws Exception {
    Lease lease = leased(ONE);
    LeaseEnd done = new LeaseEnd.Completed(null);
    assertThat(desk.end(lease.token(), done)).isEqualTo(desk.end(lease.token(), done));
    assertThat(desk.end(lease.token(), new LeaseEnd.Failed("E", "m", null, false, null))).isEmpty();
  }

  @Test
  void aLeaseThatRunsOutFailsItsAttempt() throws Exception {
    Future<Optional<List<Lease>>> caller =
        threads.submit(() -> desk.dequeue(new Wish(1, LONG, Duration.ofMillis(20))));
    await().until(desk::take);
    Future<@Nullable Object> attempt = run();
    Lease lease = caller.get().orElseThrow().getFirst();
    assertThatThrownBy(attempt::get)
        .cause()
        .isInstanceOf(EndedException.class)
        .satisfies(e -> assertThat(NamedError.typeOf(e)).isEqualTo("LEASE_LOST"))
        .hasMessageContaining("job job-1 ended on attempt 1 of 3");
    assertThat(desk.end(lease.token(), new LeaseEnd.Completed(null))).isEmpty();
    assertThat(lease.extend(LONG)).isFalse();
  }

  @Test
  void anExtendedLeaseOutlivesItsFirstTime() throws Exception {
    Lease lease = leased(new Wish(1, LONG, Duration.ofMillis(200)));
    assertThat(lease.extend(LONG)).isTrue();
    await().during(Duration.ofMillis(300)).until(() -> desk.find(lease.token()).isPresent());
  }

  @Test
  void aLeaseWhoseAttemptIsInterruptedIsLost() throws Exception {
    Future<Optional<List<Lease>>> caller = threads.submit(() -> desk.dequeue(ONE));
    await().until(desk::take);
    Future<@Nullable Object> attempt = run();
    Lease lease = caller.get().orElseThrow().getFirst();
    attempt.cancel(true);
    await().until(() -> desk.find(lease.token()).isEmpty());
    assertThat(desk.end(lease.token(), new LeaseEnd.Completed(null))).isEmpty();
  }

  @Test
  void aFailureSaysWhatFollows() throws Exception {
    Future<Optional<List<Lease>>> caller = threads.submit(() -> desk.dequeue(ONE));
    await().until(desk::take);
    Future<@Nullable Object> attempt = run();
    Lease lease = caller.get().orElseThrow().getFirst();
    desk.end(lease.token(), new LeaseEnd.Failed("CardDeclined", "no money", null, true, null));
    assertThatThrownBy(attempt::get)
        .cause()
        .hasMessage("no money")
        .satisfies(e -> assertThat(NamedError.typeOf(e)).isEqualTo("CardDeclined"));
  }

  @Test
  void nobodyGetsAJobThatNobodyWaitsFor() throws Exception {
    assertThat(desk.take()).isFalse();
    assertThat(desk.dequeue(new Wish(1, Duration.ZERO, LONG))).contains(List.of());
    assertThatThrownBy(() -> run().get()).hasCauseInstanceOf(NotTakenException.class);
  }

  @Test
  void aCallerGetsSeveralJobsThatAreAtHand() throws Exception {
    Future<Optional<List<Lease>>> caller =
        threads.submit(() -> desk.dequeue(new Wish(3, LONG, LONG)));
    await().until(desk::take);
    assertThat(List.of(desk.take(), desk.take(), desk.take())).containsExactly(true, true, false);
    for (int i = 0; i < 3; i++) {
      Future<@Nullable Object> unused = run();
    }
    assertThat(caller.get().orElseThrow()).hasSize(3);
  }

  @Test
  void aFirstCallerWaitsForTheWorkerToStart() throws Exception {
    source.ready = false;
    Future<Optional<List<Lease>>> caller =
        threads.submit(() -> desk.dequeue(new Wish(1, Duration.ZERO, LONG)));
    await().during(Duration.ofMillis(100)).until(() -> !caller.isDone());
    source.ready = true;
    assertThat(caller.get()).contains(List.of());
  }

  @Test
  void aDeskThatClosesSendsCallersHome() throws Exception {
    Future<Optional<List<Lease>>> caller = threads.submit(() -> desk.dequeue(ONE));
    await().until(desk::wants);
    desk.stop();
    assertThat(caller.get()).isEmpty();
    assertThat(desk.wants()).isFalse();
  }

  @Test
  void isIdleWithoutCallersAndLeasesOnly() throws Exception {
    assertThat(desk.idle(Duration.ZERO)).isTrue();
    Lease lease = leased(ONE);
    assertThat(desk.idle(Duration.ZERO)).isFalse();
    desk.end(lease.token(), new LeaseEnd.Completed(null));
    await().until(() -> desk.idle(Duration.ZERO));
    assertThat(desk.idle(Duration.ofHours(1))).isFalse();
  }

  private Lease leased(Wish wish) throws Exception {
    Future<Optional<List<Lease>>> caller = threads.submit(() -> desk.dequeue(wish));
    await().until(desk::take);
    Future<@Nullable Object> unused = run();
    return caller.get().orElseThrow().getFirst();
  }

  private Future<@Nullable Object> run() {
    Handed handed =
        new Handed(
            new FakeContext(Payload.json("{}")),
            new TopicPartition("tasks.q", 0),
            7,
            new CompletableFuture<Fate>());
    return threads.submit(() -> desk.run(handed));
  }
}
