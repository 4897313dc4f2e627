package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.RetryPolicy;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryStepTest {
  private static final RetryPolicy POLICY =
      RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofSeconds(60), 2.0);
  private static final JobFailure DECLINED = new JobFailure("CardDeclined", "no money");

  @Test
  void succeeds() {
    assertThat(decide(POLICY, 1, new AttemptEnd.Succeeded())).isEqualTo(new Decision.Succeed());
  }

  @Test
  void retriesUntilAttemptsAreSpent() {
    assertThat(decide(POLICY, 1, failed()))
        .isEqualTo(new Decision.Retry(DECLINED, Duration.ofSeconds(1)));
    assertThat(decide(POLICY, 2, failed()))
        .isEqualTo(new Decision.Retry(DECLINED, Duration.ofSeconds(2)));
    assertThat(decide(POLICY, 3, failed()))
        .isEqualTo(new Decision.DeadLetter(DECLINED, "attempt 3 of 3 failed"));
    assertThat(decide(POLICY, 7, failed())).isInstanceOf(Decision.DeadLetter.class);
  }

  @Test
  void endsAfterTheAttemptsOfTheDeadLetterRule() {
    DeadLetter rule = DeadLetter.own().afterAttempts(2);
    assertThat(RetryStep.decide(POLICY, rule, 1, failed(), new Random(1)))
        .isInstanceOf(Decision.Retry.class);
    assertThat(RetryStep.decide(POLICY, rule, 2, failed(), new Random(1)))
        .isEqualTo(new Decision.DeadLetter(DECLINED, "attempt 2 of 2 failed"));
  }

  @Test
  void retriesOnlyTheErrorsOfThePolicy() {
    assertThat(decide(POLICY.onErrors("TransientError"), 1, failed()))
        .isEqualTo(
            new Decision.DeadLetter(DECLINED, "the retry policy does not retry CardDeclined"));
    assertThat(decide(POLICY.neverOn("CardDeclined"), 1, failed()))
        .isInstanceOf(Decision.DeadLetter.class);
    assertThat(decide(POLICY.onErrors("CardDeclined"), 1, failed()))
        .isInstanceOf(Decision.Retry.class);
  }

  @Test
  void waitsAsLongAsTheHandlerAsksWhateverTheErrorsOfThePolicy() {
    AttemptEnd asked = AttemptEnd.thrown(new RetryAfter(Duration.ofMinutes(5), "busy"));
    assertThat(decide(POLICY.onErrors("TransientError"), 2, asked))
        .isEqualTo(new Decision.Retry(new JobFailure("RetryAfter", "busy"), Duration.ofMinutes(5)));
    assertThat(decide(POLICY, 3, asked)).isInstanceOf(Decision.DeadLetter.class);
  }

  @Test
  void endsAtOnceWhenTheHandlerSaysSo() {
    assertThat(decide(POLICY, 1, AttemptEnd.thrown(new PermanentFailure("gone"))))
        .isEqualTo(
            new Decision.DeadLetter(
                new JobFailure("PermanentFailure", "gone"), "no further attempt can succeed"));
    assertThat(decide(POLICY, 1, AttemptEnd.thrown(new Discard("old"))))
        .isEqualTo(new Decision.Discard(new JobFailure("Discard", "old")));
  }

  @Test
  void buriesAJobThatKillsItsWorkerWhateverItsAttempts() {
    JobFailure crashed = new JobFailure("WORKER_CRASHED", "crashed its worker 3 times");
    assertThat(decide(POLICY, 1, new AttemptEnd.Crashed(crashed)))
        .isEqualTo(new Decision.DeadLetter(crashed, "crashed its worker 3 times"));
  }

  @Test
  void namesErrorsByTheirSimpleClass() {
    assertThat(AttemptEnd.thrown(new IllegalStateException("bad")))
        .isEqualTo(new AttemptEnd.Failed(new JobFailure("IllegalStateException", "bad")));
    assertThat(AttemptEnd.thrown(new StackOverflowError()))
        .isEqualTo(
            new AttemptEnd.Failed(
                new JobFailure("StackOverflowError", "java.lang.StackOverflowError")));
  }

  @Test
  void variesTheWaitByTheJitter() {
    RetryPolicy jittered = POLICY.jitter(0.5);
    for (int seed = 0; seed < 100; seed++) {
      Decision decision =
          RetryStep.decide(jittered, DeadLetter.own(), 1, failed(), new Random(seed));
      assertThat(decision).isInstanceOf(Decision.Retry.class);
      assertThat(((Decision.Retry) decision).delay())
          .isBetween(Duration.ofMillis(500), Duration.ofMillis(1500));
    }
  }

  private static AttemptEnd failed() {
    return new AttemptEnd.Failed(DECLINED);
  }

  private static Decision decide(RetryPolicy policy, int attempt, AttemptEnd end) {
    return RetryStep.decide(policy, DeadLetter.own(), attempt, end, new Random(1));
  }
}
