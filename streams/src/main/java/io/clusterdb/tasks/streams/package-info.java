/** What every service on Kafka Streams needs: settings that are proven, restarts, directories. */
@NullMarked
package io.clusterdb.tasks.streams;

import org.jspecify.annotations.NullMarked;
