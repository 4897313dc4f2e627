package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names by which a group knows its instances. Whoever joins with one has it from then on, even
 * one that had it before and was fenced since: without a look first, two processes that were given
 * the same one would take it from one another, each with a part of its threads. Thread-safe.
 */
final class InstanceNames {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceNames.class);

  /** A coordinator that is away this long keeps nobody from joining. */
  private static final int LOOK_MS = 2_000;

  private final Admin admin;
  private final String group;

  /**
   * Creates it.
   *
   * @param admin asks; is closed by its owner
   */
  InstanceNames(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /**
   * Whether another member has this name; false where that cannot be told.
   *
   * @param name a {@code group.instance.id}
   * @param own the id of the member that asks, by which it was known last
   */
  boolean isTaken(String name, String own) {
    try {
      return admin
          .describeConsumerGroups(
              List.of(group), new DescribeConsumerGroupsOptions().timeoutMs(LOOK_MS))
          .all()
          .get()
          .values()
          .stream()
          .anyMatch(found -> isTaken(found.members(), name, own));
    } catch (ExecutionException e) {
      LOG.debug("Whether another process has the name {} is not known.", name, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static boolean isTaken(Collection<MemberDescription> members, String name, String own) {
    return members.stream()
        .filter(member -> member.groupInstanceId().equals(Optional.of(name)))
        .anyMatch(member -> !member.consumerId().equals(own));
  }
}
