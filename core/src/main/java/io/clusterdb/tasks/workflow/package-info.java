/**
 * Workflows' templates, conditions and checks, for the configuration, the client and the engine.
 */
@NullMarked
package io.clusterdb.tasks.workflow;

import org.jspecify.annotations.NullMarked;
