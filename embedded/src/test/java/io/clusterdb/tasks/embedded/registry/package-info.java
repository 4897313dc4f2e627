/** Tests of the development registry. */
@NullMarked
package io.clusterdb.tasks.embedded.registry;

import org.jspecify.annotations.NullMarked;
