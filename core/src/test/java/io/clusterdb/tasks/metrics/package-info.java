/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.metrics;

import org.jspecify.annotations.NullMarked;
