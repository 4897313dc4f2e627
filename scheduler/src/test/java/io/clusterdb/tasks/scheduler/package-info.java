/** Tests. */
@NullMarked
package io.clusterdb.tasks.scheduler;

import org.jspecify.annotations.NullMarked;
