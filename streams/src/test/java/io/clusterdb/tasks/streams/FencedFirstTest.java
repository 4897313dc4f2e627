package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FencedFirstTest {
  private static final List<TopicPartition> SOME = List.of(new TopicPartition("t", 0));

  private final List<String> heard = new ArrayList<>();
  private final CompletableFuture<@Nullable Void> fenced = new CompletableFuture<>();
  private final ConsumerRebalanceListener told =
      new ConsumerRebalanceListener() {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
          heard.add("revoked " + partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
          heard.add("lost " + partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
          heard.add((fenced.isDone() ? "fenced, assigned " : "assigned ") + partitions);
        }
      };

  @Test
  void newPartitionsWaitForTheEndOfTransactions() throws Exception {
    Thread taking = new Thread(() -> listener(Duration.ofSeconds(15)).onPartitionsAssigned(SOME));
    taking.start();
    while (taking.isAlive() && taking.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    fenced.complete(null);
    taking.join();
    assertThat(heard).containsExactly("begun", "fenced, assigned [t-0]");
  }

  @Test
  void aRebalanceThatBringsNothingDoesNotWait() {
    listener(Duration.ofHours(1)).onPartitionsAssigned(List.of());
    assertThat(heard).containsExactly("begun", "assigned []");
  }

  @Test
  void theyDoNotWaitForever() {
    listener(Duration.ofMillis(1)).onPartitionsAssigned(SOME);
    assertThat(heard).containsExactly("begun", "assigned [t-0]");
  }

  @Test
  void whatFailsIsTriedAgain() {
    List<CompletableFuture<@Nullable Void>> looks =
        new ArrayList<>(List.of(failed(), failed(), fenced));
    fenced.complete(null);
    new FencedFirst(
            told,
            () -> {
              heard.add("begun");
              return looks.removeFirst();
            },
            Duration.ofHours(1))
        .onPartitionsAssigned(SOME);
    assertThat(heard).containsExactly("begun", "begun", "begun", "fenced, assigned [t-0]");
  }

  @Test
  void butNotForever() {
    new FencedFirst(told, FencedFirstTest::failed, Duration.ofMillis(250))
        .onPartitionsAssigned(SOME);
    assertThat(heard).containsExactly("assigned [t-0]");
  }

  private static CompletableFuture<@Nullable Void> failed() {
    return CompletableFuture.failedFuture(new IllegalStateException("a broker is away"));
  }

  @Test
  void anInterruptIsKept() {
    Thread.currentThread().interrupt();
    listener(Duration.ofHours(1)).onPartitionsAssigned(SOME);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(heard).containsExactly("begun", "assigned [t-0]");
  }

  @Test
  void whatGoesIsToldAtOnce() {
    FencedFirst listener = listener(Duration.ofHours(1));
    listener.onPartitionsRevoked(SOME);
    listener.onPartitionsLost(SOME);
    assertThat(heard).containsExactly("revoked [t-0]", "lost [t-0]");
  }

  private FencedFirst listener(Duration patience) {
    return new FencedFirst(told, this::fence, patience);
  }

  private CompletionStage<@Nullable Void> fence() {
    heard.add("begun");
    return fenced;
  }
}
