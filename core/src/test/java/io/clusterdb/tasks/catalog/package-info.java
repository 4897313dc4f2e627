/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.catalog;

import org.jspecify.annotations.NullMarked;
