/**
 * The pure logic of a worker, without Kafka, threads or clocks: which offsets are done, what a
 * commit says, which job runs next, and what becomes of a job that failed or killed its worker.
 */
@NullMarked
package io.clusterdb.tasks.worker.engine;

import org.jspecify.annotations.NullMarked;
