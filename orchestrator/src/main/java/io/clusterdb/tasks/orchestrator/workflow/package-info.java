/** The workflow engine and its place in a topology. */
@NullMarked
package io.clusterdb.tasks.orchestrator.workflow;

import org.jspecify.annotations.NullMarked;
