package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.Priority;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the brokers say of a queue.
 *
 * @param depths jobs of each lane that are not done; transactions make it a little high
 * @param lag records between the group's base and the end
 * @param oldest when the record at the lowest base was appended, in milliseconds since 1970; null
 *     where nothing is left to do
 * @param workers members of the group
 * @param partitions partitions of each lane
 * @param trackerLag records that the tracker has yet to read
 */
record Sample(
    Map<Priority, Long> depths,
    long lag,
    @Nullable Long oldest,
    int workers,
    int partitions,
    long trackerLag) {}
