/** Names of topics, groups and transactional ids, made in this one place. */
@NullMarked
package io.clusterdb.tasks.topic;

import org.jspecify.annotations.NullMarked;
