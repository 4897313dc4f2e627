/** Tests and seeded simulations of the worker's pure logic. */
@NullMarked
package io.clusterdb.tasks.worker.engine;

import org.jspecify.annotations.NullMarked;
