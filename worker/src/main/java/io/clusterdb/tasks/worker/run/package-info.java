/**
 * Runs attempts on virtual threads: who comes next, how a handler is called, and what its outcome
 * puts on the log. Nothing here consumes or commits.
 */
@NullMarked
package io.clusterdb.tasks.worker.run;

import org.jspecify.annotations.NullMarked;
