package io.clusterdb.tasks.streams.routing;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics as the brokers know them. Answers come from memory; what is not known is asked for, at
 * most once in a while a topic; {@link #refresh()} forgets topics that were deleted. Thread-safe.
 */
public final class AdminTopics implements KnownTopics {
  private static final Logger log = LoggerFactory.getLogger(AdminTopics.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /** What a topic takes if it may not be asked: what brokers take by default. */
  private static final int DEFAULT_LIMIT = 1_048_588;

  private final Admin admin;
  private final LongSupplier ticker;
  private final Map<String, Integer> limits = new ConcurrentHashMap<>();
  private final Map<String, Miss> misses = new ConcurrentHashMap<>();

  /**
   * Creates it.
   *
   * @param ticker a monotonic clock in nanoseconds
   */
  public AdminTopics(Admin admin, LongSupplier ticker) {
    this.admin = admin;
    this.ticker = ticker;
  }

  @Override
  public int limit(String topic) {
    Integer known = limits.get(topic);
    if (known != null) {
      return known;
    }
    Miss miss = misses.get(topic);
    if (miss != null && ticker.getAsLong() - miss.at() < ASK_AGAIN.toNanos()) {
      return miss.limit();
    }
    ask(List.of(topic));
    known = limits.get(topic);
    if (known != null) {
      return known;
    }
    miss = misses.get(topic);
    return miss == null ? UNKNOWN : miss.limit();
  }

  /** Asks again for all topics that are known to exist. */
  public void refresh() {
    ask(Set.copyOf(limits.keySet()));
    misses.values().removeIf(miss -> ticker.getAsLong() - miss.at() > ASK_AGAIN.toNanos());
  }

  private void ask(Collection<String> topics) {
    if (topics.isEmpty()) {
      return;
    }
    Map<ConfigResource, KafkaFuture<Config>> answers =
        new HashMap<>(
            admin
                .describeConfigs(
                    topics.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values());
    long deadline = System.nanoTime() + LIMIT.toNanos();
    answers.forEach((resource, answer) -> note(resource.name(), answer, deadline));
  }

  private void note(String topic, KafkaFuture<Config> answer, long deadline) {
    try {
      Config config = answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      known(topic, Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UnknownTopicOrPartitionException
          || cause instanceof InvalidTopicException) {
        limits.remove(topic);
        misses.put(topic, new Miss(MISSING, ticker.getAsLong()));
      } else if (cause instanceof AuthorizationException) {
        known(topic, DEFAULT_LIMIT);
      } else {
        missed(topic, cause);
      }
    } catch (TimeoutException e) {
      missed(topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      missed(topic, e);
    }
  }

  private void known(String topic, int limit) {
    limits.put(topic, limit);
    misses.remove(topic);
  }

  private void missed(String topic, @Nullable Throwable cause) {
    log.debug("Topic {} could not be described", topic, cause);
    misses.put(topic, new Miss(UNKNOWN, ticker.getAsLong()));
  }

  private record Miss(int limit, long at) {}
}
