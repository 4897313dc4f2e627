/** Tests of the workflow engine. */
@NullMarked
package io.clusterdb.tasks.orchestrator.workflow.engine;

import org.jspecify.annotations.NullMarked;
