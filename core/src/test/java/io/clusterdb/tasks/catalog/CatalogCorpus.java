package io.clusterdb.tasks.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.QueueStateDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * The corpus of the catalog's records: a key, and a text as it is, or the kind of a definition and
 * what differs from a good one, as Avro's JSON.
 */
final class CatalogCorpus {
  private static final int HEADER = 10;
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final Map<String, SpecificRecord> good =
      Map.of(
          "queue",
          Definitions.write(Queue.named("q").build(), 1, Instant.EPOCH),
          "task",
          Definitions.write(TaskDefinition.of("t"), 1, Instant.EPOCH),
          "queue-state",
          new QueueStateDefinition("q", 1L, Instant.EPOCH, true, "r"),
          "schedule-state",
          new ScheduleStateDefinition("s", 1L, Instant.EPOCH, true, "r"),
          "workflow",
          WorkflowDefinitions.write(
              Workflow.named("w").task(WorkflowTask.named("a")), Instant.EPOCH),
          "schedule",
          ScheduleDefinitions.write(
              ScheduledTask.named("s").schedule(Schedule.every(Duration.ofHours(1))),
              1,
              Instant.EPOCH));

  static CatalogKey key(String found) {
    return Objects.requireNonNull(CatalogKey.parse(found.split("\t", -1)[0]), found);
  }

  byte[] value(String found) throws IOException {
    String[] parts = found.split("\t", -1);
    return parts.length == 2
        ? parts[1].getBytes(StandardCharsets.UTF_8)
        : changed(Objects.requireNonNull(good.get(parts[1]), found), parts[2]);
  }

  private static byte[] changed(SpecificRecord record, String changes) throws IOException {
    Schema schema = record.getSchema();
    byte[] bytes = CODEC.encode("catalog", record);
    Object datum =
        new GenericDatumReader<>(schema)
            .read(
                null,
                DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    write(schema, datum, EncoderFactory.get().jsonEncoder(schema, text));
    JsonNode json =
        Json.mapper()
            .readerForUpdating(Json.mapper().readTree(text.toByteArray()))
            .readValue(changes);
    Object other =
        new GenericDatumReader<>(schema)
            .read(null, DecoderFactory.get().jsonDecoder(schema, json.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, HEADER);
    write(schema, other, EncoderFactory.get().binaryEncoder(out, null));
    return out.toByteArray();
  }

  private static void write(Schema schema, Object datum, Encoder encoder) throws IOException {
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
  }
}
