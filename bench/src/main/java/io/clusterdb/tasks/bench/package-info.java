/** End-to-end measurements beside the raw Kafka client doing the same work in the same run. */
@NullMarked
package io.clusterdb.tasks.bench;

import org.jspecify.annotations.NullMarked;
