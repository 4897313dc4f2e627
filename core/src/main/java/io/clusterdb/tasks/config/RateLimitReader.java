package io.clusterdb.tasks.config;

import io.clusterdb.tasks.RateLimit;
import org.jspecify.annotations.Nullable;

/** Reads a rate limit; without a burst it is one second's worth. */
final class RateLimitReader {
  private @Nullable RateLimit limit;

  private RateLimitReader() {}

  static @Nullable RateLimit read(Cursor cursor) {
    return new RateLimitReader().read(cursor.map(Keys.RATE_LIMIT));
  }

  private @Nullable RateLimit read(MapReader map) {
    map.require("requests_per_second", at -> at); // says so where it is absent
    map.with("requests_per_second", Cursor::number, rate -> limit = RateLimit.perSecond(rate));
    RateLimit base = limit == null ? RateLimit.perSecond(1) : limit;
    map.with(
        "burst_size",
        Cursor::integer,
        burst -> {
          RateLimit checked = base.burst(burst);
          limit = limit == null ? null : checked;
        });
    return limit;
  }
}
