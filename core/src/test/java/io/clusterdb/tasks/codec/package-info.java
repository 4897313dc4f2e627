/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.codec;

import org.jspecify.annotations.NullMarked;
