package io.clusterdb.tasks.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that have left their group: readers of the partitions that
 * they wrote to would wait until a broker finds them too old, which it looks for every ten seconds
 * by default. Asked by those that live, after each rebalance; works in the background. Thread-safe.
 *
 * <p>An instance that lives, and is out of its group for a moment, loses nothing by it that the
 * rebalance has not taken from it: it cannot commit before it has joined again.
 */
public final class DeadInstances {
  private static final Logger LOG = LoggerFactory.getLogger(DeadInstances.class);
  private static final int ANSWER_MS = 5_000;

  /**
   * It aborts what is open at once, and asks again until all partitions know. Shorter than the
   * rest: a late one of these would fence an owner that has come back meanwhile.
   */
  private static final int FENCED_MS = 3_000;

  /** For how long what was named in the log is no news. */
  private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Admin admin;
  private final String group;
  private final String what;
  private final Function<String, @Nullable String> memberOf;

  /**
   * When each id was last named in the log, in monotonic nanoseconds: several looks may find it.
   */
  private final Map<String, Long> named = new ConcurrentHashMap<>();

  /**
   * Creates a watch.
   *
   * @param admin asks and fences; is closed by its owner
   * @param group whose members live
   * @param what the instances are, for people, such as {@code workers}
   * @param memberOf the client id of the member whose transactions have this transactional id; null
   *     if it is none of this group's
   */
  public DeadInstances(
      Admin admin, String group, String what, Function<String, @Nullable String> memberOf) {
    this.admin = admin;
    this.group = group;
    this.what = what;
    this.memberOf = memberOf;
  }

  /**
   * Looks for open transactions whose owners are gone, and fences them. Returns at once; a look
   * does not wait for those before it, of which one may wait for a broker that is away.
   *
   * @return done when nothing that was open at the call, and has no owner, can be committed any
   *     more; fails where that is not known, after some seconds at most
   */
  public CompletionStage<@Nullable Void> look() {
    return admin
        .listTransactions(
            new ListTransactionsOptions()
                .filterStates(List.of(TransactionState.ONGOING))
                .timeoutMs(ANSWER_MS))
        .byBrokerId()
        .toCompletionStage()
        .<@Nullable Void>thenCompose(this::endAll)
        .whenComplete(
            (nothing, error) -> {
              if (error != null) {
                LOG.debug("Open transactions of group {} could not be looked up", group, error);
              }
            });
  }

  /**
   * Each broker's answer is dealt with as soon as it is there: one of them may be away.
   *
   * @return done when all of them are; fails then where one did
   */
  CompletionStage<@Nullable Void> endAll(
      Map<Integer, KafkaFuture<Collection<TransactionListing>>> byBroker) {
    return CompletableFuture.allOf(
        byBroker.values().stream()
            .map(open -> end(open).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletionStage<?> end(KafkaFuture<Collection<TransactionListing>> open) {
    return open.toCompletionStage()
        .thenApply(this::byMember)
        .thenCompose(this::dead)
        .thenCompose(this::fence);
  }

  /** The group's own transactional ids, by the client ids of their owners. */
  private Map<String, String> byMember(Collection<TransactionListing> open) {
    Map<String, String> ids = new TreeMap<>();
    for (TransactionListing transaction : open) {
      String id = transaction.transactionalId();
      String member = memberOf.apply(id);
      if (member != null) {
        ids.put(member, id);
      }
    }
    return ids;
  }

  /**
   * Those that have no owner. Members are asked for after transactions: one that joins in between
   * began none of these.
   */
  private CompletionStage<Collection<String>> dead(Map<String, String> open) {
    if (open.isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    return admin
        .describeConsumerGroups(
            List.of(group), new DescribeConsumerGroupsOptions().timeoutMs(ANSWER_MS))
        .all()
        .toCompletionStage()
        .thenApply(
            groups -> {
              Map<String, String> left = new TreeMap<>(open);
              left.keySet().removeAll(clients(groups.values()));
              return left.values();
            });
  }

  private static Set<String> clients(Collection<ConsumerGroupDescription> groups) {
    Set<String> clients = new HashSet<>();
    groups.forEach(each -> each.members().forEach(member -> clients.add(member.clientId())));
    return clients;
  }

  private CompletionStage<@Nullable Void> fence(Collection<String> dead) {
    if (dead.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    List<String> news = dead.stream().filter(this::isNews).toList();
    if (!news.isEmpty()) {
      LOG.warn(
          "Ending the open transactions of {} that have gone, so that readers need not wait: {}",
          what,
          news);
    }
    return admin
        .fenceProducers(dead, new FenceProducersOptions().timeoutMs(FENCED_MS))
        .all()
        .toCompletionStage()
        .whenComplete(
            (nothing, error) -> {
              if (error != null && !news.isEmpty()) {
                LOG.warn(
                    "Whether the transactions {} have ended is not known; at the latest they do by"
                        + " their timeout: {}",
                    news,
                    error.toString());
              }
            });
  }

  /** Whether it was not named just now; notes that it is. */
  private boolean isNews(String id) {
    long now = System.nanoTime();
    named.values().removeIf(at -> now - at > NEWS_NANOS);
    return named.putIfAbsent(id, now) == null;
  }
}
