/** Tests of the user's API. */
@NullMarked
package io.clusterdb.tasks;

import org.jspecify.annotations.NullMarked;
