/** Tests of traces. */
@NullMarked
package io.clusterdb.tasks.trace;

import org.jspecify.annotations.NullMarked;
