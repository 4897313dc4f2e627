package io.clusterdb.tasks.codec;

import org.jspecify.annotations.Nullable;

/**
 * A payload as it goes into a record.
 *
 * @param bytes the record's value; null for none
 * @param contentType media type of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a record's value, never compared
public record Encoded(byte @Nullable [] bytes, String contentType) {}
