/** Judges facts about a cluster. Pure. */
@NullMarked
package io.clusterdb.tasks.doctor.engine;

import org.jspecify.annotations.NullMarked;
