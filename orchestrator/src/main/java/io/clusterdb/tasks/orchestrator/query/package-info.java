/** Answers to questions about jobs and queues, from the stores of all instances. */
@NullMarked
package io.clusterdb.tasks.orchestrator.query;

import org.jspecify.annotations.NullMarked;
