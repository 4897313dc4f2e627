/**
 * Where services send jobs: which queues and topics there are, and what becomes of those without.
 */
@NullMarked
package io.clusterdb.tasks.streams.routing;

import org.jspecify.annotations.NullMarked;
