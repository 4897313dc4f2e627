/** Sends traces to where a configuration says, with OpenTelemetry's SDK; not for users. */
@NullMarked
package io.clusterdb.tasks.telemetry;

import org.jspecify.annotations.NullMarked;
