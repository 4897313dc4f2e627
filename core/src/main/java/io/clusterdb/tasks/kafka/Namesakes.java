package io.clusterdb.tasks.kafka;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other members of a group that have the name of one. Whoever comes later has the name: brokers let
 * it end the transactions of the earlier one. An earlier one that went on regardless would do the
 * same to it, and so for ever; so whoever was fenced looks here first. Thread-safe.
 */
public final class Namesakes {
  private static final Logger LOG = LoggerFactory.getLogger(Namesakes.class);

  /** A coordinator that is away this long keeps nobody from going on. */
  private static final int LOOK_MS = 2_000;

  private final Admin admin;
  private final String group;

  /**
   * Creates it.
   *
   * @param admin asks; is closed by its owner
   * @param group whose members they are
   */
  public Namesakes(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /**
   * Whether there is one; false where that cannot be told within two seconds.
   *
   * @param named whether a member has the name
   * @param own the id of the member that asks, by which the group knew it last; empty where it does
   *     not know that itself, so that nothing can be told
   */
  public boolean exist(Predicate<MemberDescription> named, String own) {
    if (own.isEmpty()) {
      return false;
    }
    try {
      return admin
          .describeConsumerGroups(
              List.of(group), new DescribeConsumerGroupsOptions().timeoutMs(LOOK_MS))
          .all()
          .get()
          .values()
          .stream()
          .anyMatch(found -> exist(found.members(), named, own));
    } catch (ExecutionException e) {
      LOG.debug("Whether another member has the name of {} is not known.", own, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static boolean exist(
      Collection<MemberDescription> members, Predicate<MemberDescription> named, String own) {
    return members.stream().filter(named).anyMatch(member -> !member.consumerId().equals(own));
  }
}
