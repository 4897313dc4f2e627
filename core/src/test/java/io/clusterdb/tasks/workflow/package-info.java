/** Tests of templates, conditions and checks of workflows. */
@NullMarked
package io.clusterdb.tasks.workflow;

import org.jspecify.annotations.NullMarked;
