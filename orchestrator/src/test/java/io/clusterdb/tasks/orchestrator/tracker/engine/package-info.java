@NullMarked
package io.clusterdb.tasks.orchestrator.tracker.engine;

import org.jspecify.annotations.NullMarked;
