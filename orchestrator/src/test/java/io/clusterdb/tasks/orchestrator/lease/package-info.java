@NullMarked
package io.clusterdb.tasks.orchestrator.lease;

import org.jspecify.annotations.NullMarked;
