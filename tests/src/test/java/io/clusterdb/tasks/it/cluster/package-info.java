/** A cluster of processes on loopback, faults by a seed, and an oracle that judges what is left. */
@NullMarked
package io.clusterdb.tasks.it.cluster;

import org.jspecify.annotations.NullMarked;
