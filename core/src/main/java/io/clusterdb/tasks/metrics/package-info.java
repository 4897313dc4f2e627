/** What the platform measures, by name, and how it reaches a registry of Micrometer. */
@NullMarked
package io.clusterdb.tasks.metrics;

import org.jspecify.annotations.NullMarked;
