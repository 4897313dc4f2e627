/** Makes processors: the worker's side of {@link io.clusterdb.tasks.Processor}. */
@NullMarked
package io.clusterdb.tasks.worker;

import org.jspecify.annotations.NullMarked;
