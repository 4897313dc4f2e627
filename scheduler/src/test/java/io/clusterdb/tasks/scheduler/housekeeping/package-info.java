/** Tests. */
@NullMarked
package io.clusterdb.tasks.scheduler.housekeeping;

import org.jspecify.annotations.NullMarked;
