/** Tests of when alerts fire. */
@NullMarked
package io.clusterdb.tasks.orchestrator.alerts.engine;

import org.jspecify.annotations.NullMarked;
