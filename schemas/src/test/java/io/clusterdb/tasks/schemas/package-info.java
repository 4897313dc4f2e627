/** Tests of the serde. */
@NullMarked
package io.clusterdb.tasks.schemas;

import org.jspecify.annotations.NullMarked;
