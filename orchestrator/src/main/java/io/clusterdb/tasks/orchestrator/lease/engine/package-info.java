/** Who waits for jobs, who has them and until when, as pure logic. */
@NullMarked
package io.clusterdb.tasks.orchestrator.lease.engine;

import org.jspecify.annotations.NullMarked;
