/** Tests of handlers, with real processes and a real HTTP server on loopback. */
@NullMarked
package io.clusterdb.tasks.worker.handler;

import org.jspecify.annotations.NullMarked;
