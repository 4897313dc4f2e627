/** When an alert fires and when it is over. Pure: readings, time and chance are handed in. */
@NullMarked
package io.clusterdb.tasks.orchestrator.alerts.engine;

import org.jspecify.annotations.NullMarked;
