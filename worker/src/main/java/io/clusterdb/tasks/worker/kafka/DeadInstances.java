package io.clusterdb.tasks.worker.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of workers that have left the group: readers of the partitions that they
 * wrote to would wait for their timeout. Asked after each rebalance; works in the background.
 * Thread-safe.
 */
final class DeadInstances {
  private static final Logger LOG = LoggerFactory.getLogger(DeadInstances.class);

  private final Admin admin;
  private final String group;
  private final String idPrefix;
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * Creates a watch.
   *
   * @param idPrefix what the transactional ids, and client ids, of the queue's workers start with
   */
  DeadInstances(Admin admin, String group, String idPrefix) {
    this.admin = admin;
    this.group = group;
    this.idPrefix = idPrefix;
  }

  /** Looks for open transactions whose owners are gone, and fences them. */
  @SuppressWarnings("FutureReturnValueIgnored") // its end is handled in the callback
  void look() {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    CompletionStage<Collection<TransactionListing>> open =
        admin
            .listTransactions(
                new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
            .all()
            .toCompletionStage();
    CompletionStage<ConsumerGroupDescription> members =
        admin
            .describeConsumerGroups(List.of(group))
            .all()
            .toCompletionStage()
            .thenApply(descriptions -> descriptions.values().iterator().next());
    open.thenCombine(members, this::fence)
        .whenComplete(
            (nothing, error) -> {
              busy.set(false);
              if (error != null) {
                LOG.debug("Open transactions of group {} could not be looked up", group, error);
              }
            });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its end is handled in the callback
  private boolean fence(Collection<TransactionListing> open, ConsumerGroupDescription description) {
    Set<String> alive = new HashSet<>();
    description.members().forEach(member -> alive.add(member.clientId()));
    List<String> dead = new ArrayList<>();
    for (TransactionListing transaction : open) {
      String id = transaction.transactionalId();
      if (id.startsWith(idPrefix) && !alive.contains(id)) {
        dead.add(id);
      }
    }
    if (!dead.isEmpty()) {
      LOG.warn(
          "Ending the open transactions of workers that have gone, so that readers need not wait:"
              + " {}",
          dead);
      admin
          .fenceProducers(dead, new FenceProducersOptions().timeoutMs(5_000))
          .all()
          .whenComplete(
              (nothing, error) -> {
                if (error != null) {
                  LOG.warn(
                      "Ending the transactions {} failed; they end by their timeout: {}",
                      dead,
                      error.toString());
                }
              });
    }
    return !dead.isEmpty();
  }
}
