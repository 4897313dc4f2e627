/** Payloads and results to bytes and back. */
@NullMarked
package io.clusterdb.tasks.codec;

import org.jspecify.annotations.NullMarked;
