/**
 * The worker on Kafka: one owner thread a queue polls, settles, and polls again. Everything here is
 * confined to that thread unless it says otherwise.
 */
@NullMarked
package io.clusterdb.tasks.worker.kafka;

import org.jspecify.annotations.NullMarked;
