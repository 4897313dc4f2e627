/** What {@code tasks demo} does and how it proves it from the event log. */
@NullMarked
package io.clusterdb.tasks.cli.demo;

import org.jspecify.annotations.NullMarked;
