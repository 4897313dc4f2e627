/** Decides what runs of workflows do next: pure functions of rows, commands and the time. */
@NullMarked
package io.clusterdb.tasks.orchestrator.workflow.engine;

import org.jspecify.annotations.NullMarked;
