package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.schemas.avro.BackoffType;
import io.clusterdb.tasks.schemas.avro.RetryPolicyDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Retry policies as the catalog holds them, and back. Pure. */
final class RetryPolicies {
  private RetryPolicies() {}

  static RetryPolicyDefinition write(RetryPolicy policy) {
    RetryPolicyDefinition.Builder builder =
        RetryPolicyDefinition.newBuilder()
            .setMaxAttempts(policy.maxAttempts())
            .setJitter(policy.jitter())
            .setOnErrors(policy.onErrors())
            .setNeverOn(policy.neverOn());
    switch (policy.backoff()) {
      case Backoff.Exponential e ->
          builder
              .setBackoff(BackoffType.EXPONENTIAL)
              .setInitialMs(e.initial().toMillis())
              .setMaxMs(e.max().toMillis())
              .setMultiplier(e.multiplier());
      case Backoff.Linear l ->
          builder
              .setBackoff(BackoffType.LINEAR)
              .setInitialMs(l.initial().toMillis())
              .setStepMs(l.step().toMillis())
              .setMaxMs(l.max() == null ? null : l.max().toMillis());
      case Backoff.Fixed f ->
          builder.setBackoff(BackoffType.FIXED).setInitialMs(f.delay().toMillis());
    }
    return builder.build();
  }

  static RetryPolicy read(RetryPolicyDefinition definition) {
    return new RetryPolicy(
        definition.getMaxAttempts(),
        backoff(definition),
        definition.getJitter(),
        definition.getOnErrors(),
        definition.getNeverOn());
  }

  private static Backoff backoff(RetryPolicyDefinition definition) {
    Duration initial = Duration.ofMillis(definition.getInitialMs());
    Duration max = millis(definition.getMaxMs());
    return switch (definition.getBackoff()) {
      case EXPONENTIAL ->
          new Backoff.Exponential(
              initial, max == null ? Duration.ofDays(36_500) : max, definition.getMultiplier());
      case LINEAR -> new Backoff.Linear(initial, Duration.ofMillis(definition.getStepMs()), max);
      case FIXED -> new Backoff.Fixed(initial);
    };
  }

  static @Nullable Duration millis(@Nullable Long millis) {
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
