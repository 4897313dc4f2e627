/**
 * What users of Tasks import: jobs, queues, policies, handlers and the managers that reach the
 * platform.
 */
@NullMarked
package io.clusterdb.tasks;

import org.jspecify.annotations.NullMarked;
