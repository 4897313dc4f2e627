/**
 * What the job tracker knows of jobs, as pure logic: records become facts, facts are merged into
 * states in any order, states are counted, indexed and forgotten.
 */
@NullMarked
package io.clusterdb.tasks.orchestrator.tracker.engine;

import org.jspecify.annotations.NullMarked;
