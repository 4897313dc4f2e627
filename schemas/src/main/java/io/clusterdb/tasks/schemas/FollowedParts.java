package io.clusterdb.tasks.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts for the registry that somebody announces, and others when the announcement changes.
 * Thread-safe.
 */
final class FollowedParts implements Supplier<CodecParts>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FollowedParts.class);

  private final Supplier<@Nullable String> url;
  private final Map<String, ?> configs;
  private final List<CodecParts> made = new ArrayList<>();
  private volatile Known known = new Known(null, CodecParts.SINGLE_OBJECT);

  FollowedParts(Supplier<@Nullable String> url, Map<String, ?> configs) {
    this.url = url;
    this.configs = Map.copyOf(configs);
  }

  private record Known(@Nullable String url, CodecParts parts) {}

  @Override
  public CodecParts get() {
    @Nullable String announced = url.get();
    Known now = known;
    return Objects.equals(announced, now.url()) ? now.parts() : renew(announced);
  }

  private synchronized CodecParts renew(@Nullable String announced) {
    if (!Objects.equals(announced, known.url())) {
      known = new Known(announced, make(announced));
    }
    return known.parts();
  }

  private CodecParts make(@Nullable String announced) {
    if (announced == null) {
      return CodecParts.SINGLE_OBJECT;
    }
    Map<String, Object> all = new HashMap<>(configs);
    all.put(SerdeConfig.URL, announced);
    try {
      CodecParts parts = CodecParts.of(all);
      made.add(parts); // others may be using the last ones, so all are closed at the end
      return parts;
    } catch (ConfigException e) {
      log.warn(
          "The announced schema registry {} is not used: {} Correct what announces it.",
          announced,
          e.getMessage());
      return CodecParts.SINGLE_OBJECT;
    }
  }

  @Override
  public synchronized void close() {
    made.forEach(CodecParts::close);
    made.clear();
  }
}
