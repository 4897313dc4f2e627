/**
 * The HTTP server of the services: resources name their endpoints, and everything around them
 * (routing, problem documents, tokens, limits) is here, so that a resource is about its subject.
 */
@NullMarked
package io.clusterdb.tasks.http;

import org.jspecify.annotations.NullMarked;
