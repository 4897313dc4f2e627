@NullMarked
package io.clusterdb.tasks.orchestrator.query;

import org.jspecify.annotations.NullMarked;
