/** Tests of when schedules fire. */
@NullMarked
package io.clusterdb.tasks.schedule;

import org.jspecify.annotations.NullMarked;
