/** Tests of middleware. */
@NullMarked
package io.clusterdb.tasks.worker.middleware;

import org.jspecify.annotations.NullMarked;
