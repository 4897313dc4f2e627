/** Tests of the command line without a broker. */
@NullMarked
package io.clusterdb.tasks.cli;

import org.jspecify.annotations.NullMarked;
