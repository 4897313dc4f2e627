/** Leases: jobs for workers that call the API, handed out by a worker inside the service. */
@NullMarked
package io.clusterdb.tasks.orchestrator.lease;

import org.jspecify.annotations.NullMarked;
