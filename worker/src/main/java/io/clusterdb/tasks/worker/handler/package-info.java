/** Handlers in any language: commands that a worker runs, and URLs that it calls. */
@NullMarked
package io.clusterdb.tasks.worker.handler;

import org.jspecify.annotations.NullMarked;
