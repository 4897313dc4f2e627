/** A small application: orders come in by HTTP, and everything after that is background work. */
@NullMarked
package io.clusterdb.tasks.examples.orders;

import org.jspecify.annotations.NullMarked;
