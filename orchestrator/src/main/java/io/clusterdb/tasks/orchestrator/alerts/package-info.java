/** Raises alerts on queues: reads how they are getting on, decides, writes it down, and tells. */
@NullMarked
package io.clusterdb.tasks.orchestrator.alerts;

import org.jspecify.annotations.NullMarked;
