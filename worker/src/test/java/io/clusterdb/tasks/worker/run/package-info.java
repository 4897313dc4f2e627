/** Tests of how attempts run. */
@NullMarked
package io.clusterdb.tasks.worker.run;

import org.jspecify.annotations.NullMarked;
