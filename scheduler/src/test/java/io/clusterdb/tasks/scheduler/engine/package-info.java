/** Tests. */
@NullMarked
package io.clusterdb.tasks.scheduler.engine;

import org.jspecify.annotations.NullMarked;
