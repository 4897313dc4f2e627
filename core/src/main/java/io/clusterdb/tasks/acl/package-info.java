/** Who may do what on the brokers: the rights that each part of the platform needs, and no more. */
@NullMarked
package io.clusterdb.tasks.acl;

import org.jspecify.annotations.NullMarked;
