/** Definitions of queues and types, kept in the compacted catalog topic. */
@NullMarked
package io.clusterdb.tasks.catalog;

import org.jspecify.annotations.NullMarked;
