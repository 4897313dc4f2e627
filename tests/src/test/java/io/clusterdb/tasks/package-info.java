/** Tests of the whole code, which no module can see alone. */
@NullMarked
package io.clusterdb.tasks;

import org.jspecify.annotations.NullMarked;
