/** The console: a page that shows the platform in a browser, and the files that it is made of. */
@NullMarked
package io.clusterdb.tasks.orchestrator.console;

import org.jspecify.annotations.NullMarked;
