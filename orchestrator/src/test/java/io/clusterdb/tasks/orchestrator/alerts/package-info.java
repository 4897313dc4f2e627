/** Tests of alerts. */
@NullMarked
package io.clusterdb.tasks.orchestrator.alerts;

import org.jspecify.annotations.NullMarked;
