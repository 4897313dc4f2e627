/** How large a platform must be for a load: arithmetic without Kafka. */
@NullMarked
package io.clusterdb.tasks.sizing;

import org.jspecify.annotations.NullMarked;
