/** What the orchestrator's HTTP API serves, one class a subject. */
@NullMarked
package io.clusterdb.tasks.orchestrator.api;

import org.jspecify.annotations.NullMarked;
