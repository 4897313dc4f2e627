@NullMarked
package io.clusterdb.tasks.streams;

import org.jspecify.annotations.NullMarked;
