/**
 * Records that the platform writes, generated from {@code src/main/avro}. Not null-marked: Avro
 * generates no annotations, the fields' docs say where null is meant.
 */
@NullUnmarked
package io.clusterdb.tasks.schemas.avro;

import org.jspecify.annotations.NullUnmarked;
