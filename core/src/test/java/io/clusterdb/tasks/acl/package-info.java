/** Tests of this package's pure parts. */
@NullMarked
package io.clusterdb.tasks.acl;

import org.jspecify.annotations.NullMarked;
