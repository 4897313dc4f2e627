/**
 * Keeps topics short and offsets alive: pure decisions, and a thin adapter that carries them out.
 */
@NullMarked
package io.clusterdb.tasks.scheduler.housekeeping;

import org.jspecify.annotations.NullMarked;
