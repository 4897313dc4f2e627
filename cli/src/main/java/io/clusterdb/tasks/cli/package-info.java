/** The {@code tasks} command: one class a command, each thin over the platform's own API. */
@NullMarked
package io.clusterdb.tasks.cli;

import org.jspecify.annotations.NullMarked;
