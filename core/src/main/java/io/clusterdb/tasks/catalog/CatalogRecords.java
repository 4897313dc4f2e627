package io.clusterdb.tasks.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.catalog.CatalogChange.PutEndpoints;
import io.clusterdb.tasks.catalog.CatalogChange.PutMonitoring;
import io.clusterdb.tasks.catalog.CatalogChange.PutQueue;
import io.clusterdb.tasks.catalog.CatalogChange.PutQueueState;
import io.clusterdb.tasks.catalog.CatalogChange.PutSchedule;
import io.clusterdb.tasks.catalog.CatalogChange.PutScheduleState;
import io.clusterdb.tasks.catalog.CatalogChange.PutType;
import io.clusterdb.tasks.catalog.CatalogChange.PutWorkflow;
import io.clusterdb.tasks.catalog.CatalogChange.Remove;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.QueueStateDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes changes as records of the catalog's topic, in single-object encoding always: whoever knows
 * the brokers can read the catalog, which tells where the schema registry is. Pure.
 */
final class CatalogRecords {
  private final String topic;
  private final PlatformCodec codec = PlatformCodec.singleObject();

  CatalogRecords(String topic) {
    this.topic = topic;
  }

  /** The record of a change that is decided on this snapshot. */
  ProducerRecord<byte[], byte[]> record(
      CatalogSnapshot snapshot, CatalogChange change, Instant at) {
    long version = snapshot.version(change.key()) + 1;
    byte[] key = change.key().text().getBytes(StandardCharsets.UTF_8);
    byte[] value =
        switch (change) {
          case PutQueue put -> codec.encode(topic, Definitions.write(put.queue(), version, at));
          case PutType put -> codec.encode(topic, Definitions.write(put.type(), version, at));
          case PutWorkflow put ->
              codec.encode(topic, WorkflowDefinitions.write(put.workflow(), at));
          case PutQueueState put ->
              codec.encode(
                  topic,
                  new QueueStateDefinition(put.queue(), version, at, put.paused(), put.reason()));
          case PutSchedule put ->
              codec.encode(topic, ScheduleDefinitions.write(put.schedule(), version, at));
          case PutScheduleState put ->
              codec.encode(
                  topic,
                  new ScheduleStateDefinition(
                      put.schedule(), version, at, put.paused(), put.reason()));
          case PutEndpoints put -> json(put.endpoints());
          case PutMonitoring put ->
              codec.encode(topic, MonitoringDefinitions.write(put.config(), version, at));
          case Remove remove -> null;
        };
    return new ProducerRecord<>(topic, 0, key, value);
  }

  private static byte[] json(Endpoints endpoints) {
    try {
      return Json.mapper().writeValueAsBytes(endpoints);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("two strings do not fit JSON", e);
    }
  }
}
