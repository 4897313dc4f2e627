/** Tests of what the demonstration claims. */
@NullMarked
package io.clusterdb.tasks.cli.demo;

import org.jspecify.annotations.NullMarked;
