/** The record of who changed what. */
@NullMarked
package io.clusterdb.tasks.audit;

import org.jspecify.annotations.NullMarked;
