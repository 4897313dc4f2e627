/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.kafka;

import org.jspecify.annotations.NullMarked;
