/** Traces: spans around what the platform does, and their context in records; not for users. */
@NullMarked
package io.clusterdb.tasks.trace;

import org.jspecify.annotations.NullMarked;
