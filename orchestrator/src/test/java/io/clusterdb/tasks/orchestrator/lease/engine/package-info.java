@NullMarked
package io.clusterdb.tasks.orchestrator.lease.engine;

import org.jspecify.annotations.NullMarked;
