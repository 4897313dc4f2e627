/** Says what is wrong with a cluster and how to mend it: gathers facts, and judges them. */
@NullMarked
package io.clusterdb.tasks.doctor;

import org.jspecify.annotations.NullMarked;
