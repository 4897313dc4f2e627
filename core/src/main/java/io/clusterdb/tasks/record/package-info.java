/** How a job looks as a Kafka record: headers for the platform, the value for the user. */
@NullMarked
package io.clusterdb.tasks.record;

import org.jspecify.annotations.NullMarked;
