/** How the parts of the platform find each other; not for users. */
@NullMarked
package io.clusterdb.tasks.spi;

import org.jspecify.annotations.NullMarked;
