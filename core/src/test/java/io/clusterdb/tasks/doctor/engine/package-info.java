@NullMarked
package io.clusterdb.tasks.doctor.engine;

import org.jspecify.annotations.NullMarked;
