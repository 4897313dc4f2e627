package io.clusterdb.tasks.schemas;

import org.apache.avro.Schema;

/**
 * What a record is written with.
 *
 * @param header the bytes that name the schema; never changed
 * @param schema the schema of the data after it
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere, and copying it costs every record
record WriterSchema(byte[] header, Schema schema) {}
