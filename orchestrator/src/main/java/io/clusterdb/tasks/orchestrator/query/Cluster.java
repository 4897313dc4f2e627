package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.orchestrator.query.Peers.Said;
import io.clusterdb.tasks.record.HeaderText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * All instances of the service: finds who knows of a key, and asks everybody. A question waits a
 * moment for a partition that moves. Thread-safe.
 */
public final class Cluster {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMillis(50);

  /**
   * How long a question may wait for a partition that moves. A new queue has partitions shared out
   * anew as well, which took longer than a second where processors were busy.
   */
  private static final Duration MOVING = Duration.ofSeconds(5);

  private final Peers peers;
  private final LongSupplier ticker;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile @Nullable Member member;

  private record Member(KafkaStreams streams, HostInfo self) {}

  /**
   * Creates it; this instance is no member yet.
   *
   * @param ticker a monotonic clock in nanoseconds
   */
  public Cluster(Peers peers, LongSupplier ticker) {
    this.peers = peers;
    this.ticker = ticker;
  }

  /**
   * Makes this instance a member.
   *
   * @param self this instance as the others know it
   */
  public void join(KafkaStreams streams, HostInfo self) {
    member = new Member(streams, self);
  }

  /**
   * The topology that runs here.
   *
   * @throws Unavailable if it is not made yet
   */
  public KafkaStreams streams() {
    return member().streams();
  }

  private Member member() {
    Member joined = member;
    if (joined == null) {
      throw new Unavailable("this instance starts");
    }
    return joined;
  }

  /** A monotonic clock in nanoseconds. */
  LongSupplier ticker() {
    return ticker;
  }

  /** Answers from this instance's stores. */
  @FunctionalInterface
  public interface Local {
    /**
     * The answer; null if it cannot be told here now.
     *
     * @param deadline when to stop waiting for news, by the ticker
     */
    @Nullable JsonNode answer(int partition, long deadline) throws InterruptedException;
  }

  /**
   * Asks whoever knows of a key: its owner, or one that keeps a copy.
   *
   * @param store the store that it is in
   * @param wait how long the answer may wait for news
   * @param forwarded whether another instance asks, so that nobody else is asked
   * @param path the same question to another instance, with what is left of the wait
   * @throws Unavailable if its partition is on the move
   * @throws io.clusterdb.tasks.TasksException as {@code local} does
   */
  public JsonNode ask(
      String store,
      String key,
      Duration wait,
      boolean forwarded,
      Function<Duration, String> path,
      Local local)
      throws InterruptedException {
    long deadline = ticker.getAsLong() + wait.toNanos();
    long patience = ticker.getAsLong() + Math.max(wait.toNanos(), MOVING.toNanos());
    while (true) {
      KeyQueryMetadata where = where(store, key);
      JsonNode found = null;
      if (!where.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
        found =
            where.activeHost().equals(member().self()) || forwarded
                ? here(local, where.partition(), deadline)
                : there(where, deadline, path, local);
      }
      if (found != null) {
        return found;
      }
      if (ticker.getAsLong() >= patience) {
        throw unavailable(
            hosts(where), "its partition is moving to another instance or being restored");
      }
      Thread.sleep(AGAIN);
    }
  }

  private KeyQueryMetadata where(String store, String key) {
    try {
      return streams().queryMetadataForKey(store, HeaderText.bytes(key), new ByteArraySerializer());
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return KeyQueryMetadata.NOT_AVAILABLE; // not started, or closing
    }
  }

  private static @Nullable JsonNode here(Local local, int partition, long deadline)
      throws InterruptedException {
    try {
      return local.answer(partition, deadline);
    } catch (InvalidStateStoreException e) {
      return null;
    }
  }

  private @Nullable JsonNode there(
      KeyQueryMetadata where, long deadline, Function<Duration, String> path, Local local)
      throws InterruptedException {
    for (HostInfo host : hosts(where)) {
      JsonNode found =
          host.equals(member().self())
              ? here(local, where.partition(), deadline)
              : asked(host, deadline, path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static List<HostInfo> hosts(KeyQueryMetadata where) {
    List<HostInfo> hosts = new ArrayList<>();
    if (!where.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      hosts.add(where.activeHost());
      hosts.addAll(where.standbyHosts());
    }
    return hosts;
  }

  private Unavailable unavailable(Collection<HostInfo> hosts, String otherwise) {
    String stranger = peers.stranger(hosts);
    return new Unavailable(stranger == null ? otherwise : stranger);
  }

  private @Nullable JsonNode asked(HostInfo host, long deadline, Function<Duration, String> path)
      throws InterruptedException {
    Duration left = Duration.ofNanos(Math.max(0, deadline - ticker.getAsLong()));
    try {
      Said said = peers.get(host, path.apply(left), left.plus(LIMIT));
      if (said.status() >= 500) {
        return null;
      }
      if (said.status() >= 400) {
        throw PeerProblem.of(said);
      }
      return said.body();
    } catch (IOException e) {
      return null; // gone, and not missed yet: a copy may know
    }
  }

  /**
   * The answers of all instances, which together speak of all partitions.
   *
   * @param store the store that each has partitions of
   * @param partitions how many partitions there are
   * @param partitionsOf those that an answer speaks of
   * @throws Unavailable if a partition is missing, also after some seconds
   */
  List<JsonNode> askAll(
      String store,
      int partitions,
      String path,
      Supplier<JsonNode> here,
      Function<JsonNode, Set<Integer>> partitionsOf)
      throws InterruptedException {
    long patience = ticker.getAsLong() + MOVING.toNanos();
    while (true) {
      List<JsonNode> answers = answers(store, path, here);
      Set<Integer> known = new LinkedHashSet<>();
      answers.forEach(answer -> known.addAll(partitionsOf.apply(answer)));
      if (known.size() >= partitions) {
        return answers;
      }
      if (ticker.getAsLong() >= patience) {
        throw unavailable(
            others(store),
            "%d of %d partitions answer, the others are moving, being restored or indexed"
                .formatted(known.size(), partitions));
      }
      Thread.sleep(AGAIN);
    }
  }

  private List<JsonNode> answers(String store, String path, Supplier<JsonNode> here)
      throws InterruptedException {
    List<Future<@Nullable JsonNode>> asked = new ArrayList<>();
    for (HostInfo host : others(store)) {
      Callable<@Nullable JsonNode> question = () -> answer(host, path);
      asked.add(threads.submit(question));
    }
    List<JsonNode> answers = new ArrayList<>();
    try {
      answers.add(here.get());
    } catch (InvalidStateStoreException e) {
      // Its partitions are missing.
    }
    for (Future<@Nullable JsonNode> each : asked) {
      try {
        JsonNode answer = each.get();
        if (answer != null) {
          answers.add(answer);
        }
      } catch (ExecutionException e) {
        // Its partitions are missing.
      }
    }
    return answers;
  }

  private @Nullable JsonNode answer(HostInfo host, String path)
      throws IOException, InterruptedException {
    Said said = peers.get(host, path, LIMIT);
    return said.status() == 200 ? said.body() : null;
  }

  private Set<HostInfo> others(String store) {
    Set<HostInfo> hosts = new LinkedHashSet<>();
    try {
      for (StreamsMetadata each : streams().streamsMetadataForStore(store)) {
        hosts.add(each.hostInfo());
      }
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // Not started, or closing.
    }
    hosts.remove(member().self());
    return hosts;
  }
}
