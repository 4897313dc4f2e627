/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.client;

import org.jspecify.annotations.NullMarked;
