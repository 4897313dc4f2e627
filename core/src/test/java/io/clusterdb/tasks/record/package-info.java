/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.record;

import org.jspecify.annotations.NullMarked;
