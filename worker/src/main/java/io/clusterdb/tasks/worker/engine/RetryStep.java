package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Decides what follows an attempt. Pure functions. */
public final class RetryStep {
  private static final Decision SUCCEED = new Decision.Succeed();

  private RetryStep() {}

  /**
   * Decides what follows an attempt.
   *
   * <p>The attempts of a job are the policy's, or {@code afterAttempts} of the dead letter rule if
   * that is less. An attempt for which the handler asked counts like any other, but its error type
   * is not asked about.
   *
   * @param policy the policy that holds for this job
   * @param deadLetter the queue's dead letter rule
   * @param attempt number of the attempt that ended, from 1
   * @param random for the jitter of the wait
   */
  public static Decision decide(
      RetryPolicy policy,
      DeadLetter deadLetter,
      int attempt,
      AttemptEnd end,
      RandomGenerator random) {
    return switch (end) {
      case AttemptEnd.Succeeded s -> SUCCEED;
      case AttemptEnd.Discarded d -> new Decision.Discard(d.failure());
      case AttemptEnd.Crashed c -> new Decision.DeadLetter(c.failure(), c.failure().message());
      case AttemptEnd.FailedForGood f ->
          new Decision.DeadLetter(f.failure(), "no further attempt can succeed");
      case AttemptEnd.RetryAsked r ->
          again(attempts(policy, deadLetter), attempt, r.failure(), r.delay());
      case AttemptEnd.Failed f ->
          policy.retries(f.failure().type())
              ? again(
                  attempts(policy, deadLetter),
                  attempt,
                  f.failure(),
                  policy.delayAfter(attempt, random))
              : new Decision.DeadLetter(
                  f.failure(), "the retry policy does not retry " + f.failure().type());
    };
  }

  /** Attempts of a job in all, the first included. */
  public static int attempts(RetryPolicy policy, DeadLetter deadLetter) {
    Integer after = deadLetter.afterAttempts();
    return after == null ? policy.maxAttempts() : Math.min(after, policy.maxAttempts());
  }

  private static Decision again(int attempts, int attempt, JobFailure failure, Duration delay) {
    return attempt < attempts
        ? new Decision.Retry(failure, delay)
        : new Decision.DeadLetter(failure, "attempt %d of %d failed".formatted(attempt, attempts));
  }
}
