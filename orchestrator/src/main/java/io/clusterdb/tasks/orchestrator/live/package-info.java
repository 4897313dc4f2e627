/** What those who watch see, made once for all of them. */
@NullMarked
package io.clusterdb.tasks.orchestrator.live;

import org.jspecify.annotations.NullMarked;
