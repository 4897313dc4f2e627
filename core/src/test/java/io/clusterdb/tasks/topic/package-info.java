/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.topic;

import org.jspecify.annotations.NullMarked;
