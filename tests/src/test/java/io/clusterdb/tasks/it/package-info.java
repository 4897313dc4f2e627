/** Tests of whole processes on a real broker. */
@NullMarked
package io.clusterdb.tasks.it;

import org.jspecify.annotations.NullMarked;
