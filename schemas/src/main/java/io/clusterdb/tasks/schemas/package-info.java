/**
 * The serde of everything the platform writes: Avro in Confluent's wire format where a schema
 * registry is set, Avro single-object encoding where none is; readers accept both.
 *
 * <p>{@link io.clusterdb.tasks.schemas.PlatformCodec} serves hot code; {@link
 * io.clusterdb.tasks.schemas.TasksAvroSerializer} and {@link
 * io.clusterdb.tasks.schemas.TasksAvroDeserializer} are configured by name in Kafka clients, with
 * the keys of Confluent's serializer.
 */
@NullMarked
package io.clusterdb.tasks.schemas;

import org.jspecify.annotations.NullMarked;
