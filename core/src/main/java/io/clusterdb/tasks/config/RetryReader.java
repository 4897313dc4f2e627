package io.clusterdb.tasks.config;

import io.clusterdb.tasks.RetryPolicy;

/** Reads a retry policy; what it leaves out is as in {@link RetryPolicy#DEFAULT}. */
final class RetryReader {
  private RetryPolicy policy = RetryPolicy.DEFAULT;

  private RetryReader() {}

  static RetryPolicy read(Cursor cursor) {
    return new RetryReader().read(cursor.map(Keys.RETRY_POLICY));
  }

  private RetryPolicy read(MapReader map) {
    map.with("max_attempts", Cursor::integer, n -> policy = policy.maxAttempts(n));
    map.with("backoff", cursor -> cursor.map(Keys.BACKOFF), this::backoff);
    map.with(
        "on_errors",
        Cursor::texts,
        types -> policy = policy.onErrors(types.toArray(new String[0])));
    map.with(
        "never_on", Cursor::texts, types -> policy = policy.neverOn(types.toArray(new String[0])));
    return policy;
  }

  private void backoff(MapReader map) {
    RetryPolicy before = policy;
    policy =
        new RetryPolicy(
            before.maxAttempts(),
            BackoffReader.read(map),
            before.jitter(),
            before.onErrors(),
            before.neverOn());
    map.with("jitter", Cursor::number, part -> policy = policy.jitter(part));
  }
}
