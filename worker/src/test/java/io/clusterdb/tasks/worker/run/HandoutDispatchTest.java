package io.clusterdb.tasks.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Priority;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slots that start a job only for somebody who asks for one. */
class HandoutDispatchTest {
  private final Demand demand = new Demand();
  private final Dispatcher dispatcher = new Dispatcher(System::nanoTime, demand);
  private final Tenure tenure = new Tenure(new TopicPartition("tasks.q", 0));
  private long nextOffset;

  private static final class Demand implements Handout {
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public boolean take() {
      return open.getAndUpdate(now -> Math.max(0, now - 1)) > 0;
    }

    @Override
    public void giveBack() {
      open.incrementAndGet();
    }

    @Override
    public boolean wants() {
      return open.get() > 0;
    }

    @Override
    public @Nullable Object run(Handed handed) {
      throw new AssertionError("dispatching runs nothing");
    }
  }

  private static final class Stays implements Taker {
    @Override
    public boolean stays() {
      return true;
    }

    @Override
    public void took(Attempt attempt) {}
  }

  @AfterEach
  void stop() {
    dispatcher.stop();
  }

  @Test
  void nothingStartsBeforeSomebodyAsks() throws Exception {
    Attempt first = attempt(null);
    CompletableFuture<@Nullable Attempt> taken = slot();
    dispatcher.add(List.of(first, attempt(null)));
    dispatcher.recheck();
    assertThat(dispatcher.running()).isZero();
    demand.giveBack();
    dispatcher.wanted(1);
    assertThat(taken.get(10, TimeUnit.SECONDS)).isSameAs(first);
    assertThat(dispatcher.size()).isEqualTo(1);
    assertThat(demand.wants()).isFalse();
  }

  @Test
  void aDemandOutlivesAPause() throws Exception {
    demand.giveBack();
    dispatcher.pause(true);
    Attempt only = attempt(null);
    dispatcher.add(only);
    CompletableFuture<@Nullable Attempt> taken = slot();
    dispatcher.recheck();
    assertThat(dispatcher.running()).isZero();
    dispatcher.pause(false);
    assertThat(taken.get(10, TimeUnit.SECONDS)).isSameAs(only);
  }

  @Test
  void whatNobodyTookComesFirstAndKeepsItsKey() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    demand.open.set(3);
    Attempt first = attempt("k");
    Attempt second = attempt("k");
    dispatcher.add(List.of(first, second, attempt("other")));
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(first);
    Attempt again = first.again(1);
    dispatcher.putBack(again);
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(again);
    assertThat(dispatcher.size()).isEqualTo(1); // the other key's, since this one is held
    dispatcher.releaseKey(again);
    assertThat(dispatcher.size()).isEqualTo(2);
  }

  @Test
  void whatNobodyTookDoesNotStartBesideWhatRunsAlone() throws Exception {
    demand.open.set(2);
    Attempt other = attempt(null);
    dispatcher.add(other);
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(other);
    dispatcher.hold(true);
    dispatcher.putBack(other.again(1));
    Attempt alone = attempt(null);
    dispatcher.addAlone(alone);
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(alone);
    Attempt again = alone.again(1);
    dispatcher.putBack(again);
    assertThat(dispatcher.takeBack(alone)).isSameAs(again);
    assertThat(dispatcher.size()).as("the other one waits").isOne();

    demand.giveBack();
    dispatcher.addAlone(again);
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(again);
    assertThat(dispatcher.takeBack(again)).as("a slot has it").isNull();
    dispatcher.putBack(again.again(1));
    assertThat(dispatcher.size()).as("its turn is over, so it waits too").isEqualTo(2);
  }

  @Test
  void whatWasToRunAloneGivesItsKeyUpWhenItsPartitionHasGone() throws Exception {
    dispatcher.order(true, OnRetry.BLOCK);
    Attempt alone = attempt("k");
    dispatcher.lineUp(alone);
    assertThat(dispatcher.passed()).isSameAs(alone);
    dispatcher.hold(true);
    dispatcher.addAlone(alone);
    alone.tenure().close();
    dispatcher.forgetClosed();
    dispatcher.hold(false);
    Attempt next =
        new Attempt(alone.record(), new Tenure(tenure.partition()), Priority.NORMAL, 0, "k");
    dispatcher.add(next);
    demand.giveBack();
    assertThat(slot().get(10, TimeUnit.SECONDS)).isSameAs(next);
  }

  private Attempt attempt(@Nullable String key) {
    return new Attempt(
        new ConsumerRecord<>("tasks.q", 0, nextOffset++, null, null),
        tenure,
        Priority.NORMAL,
        0,
        key);
  }

  private CompletableFuture<@Nullable Attempt> slot() {
    CompletableFuture<@Nullable Attempt> taken = new CompletableFuture<>();
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    taken.complete(dispatcher.take(new Stays()));
                  } catch (InterruptedException e) {
                    taken.completeExceptionally(e);
                  }
                });
    return taken;
  }
}
