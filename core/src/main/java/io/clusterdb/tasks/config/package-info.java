/** The YAML file: reading it with every problem at once, and applying it. */
@NullMarked
package io.clusterdb.tasks.config;

import org.jspecify.annotations.NullMarked;
