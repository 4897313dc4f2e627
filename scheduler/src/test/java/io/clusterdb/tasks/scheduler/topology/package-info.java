/** Tests. */
@NullMarked
package io.clusterdb.tasks.scheduler.topology;

import org.jspecify.annotations.NullMarked;
