/** Tests of the testkit that need no broker. */
@NullMarked
package io.clusterdb.tasks.testkit;

import org.jspecify.annotations.NullMarked;
