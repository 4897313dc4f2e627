/** What Kafka's clients say, in the platform's words. */
@NullMarked
package io.clusterdb.tasks.kafka;

import org.jspecify.annotations.NullMarked;
