/** Tests. */
@NullMarked
package io.clusterdb.tasks.orchestrator.workflow.topology;

import org.jspecify.annotations.NullMarked;
