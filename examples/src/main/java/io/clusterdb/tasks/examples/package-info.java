/**
 * One example a file, each with a {@code main} that shows one feature, prints what it shows, and
 * ends with an error if it did not happen.
 */
@NullMarked
package io.clusterdb.tasks.examples;

import org.jspecify.annotations.NullMarked;
