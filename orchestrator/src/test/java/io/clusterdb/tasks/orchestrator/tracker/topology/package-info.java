@NullMarked
package io.clusterdb.tasks.orchestrator.tracker.topology;

import org.jspecify.annotations.NullMarked;
