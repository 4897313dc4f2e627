package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/** Records that tests write. */
final class Records {
  static final Schema ORDER =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Order", "namespace": "shop", "fields": [
                {"name": "id", "type": "string"}, {"name": "amount", "type": "long"}]}
              """);

  private Records() {}

  static JobEvent event() {
    return JobEvent.newBuilder()
        .setAt(Instant.ofEpochMilli(1_790_000_000_000L))
        .setJobId("job-1")
        .setRun("r1")
        .setQueue("default")
        .setType("ProcessOrder")
        .setState(JobState.RETRYING)
        .setAttempt(2)
        .setMaxAttempts(3)
        .setDurationMs(12L)
        .setStartedAt(Instant.ofEpochMilli(1_789_999_999_988L))
        .setError(new JobError("TransientError", "größer als erwartet 🙂"))
        .setMetadata(Map.of("source", "api"))
        .build();
  }

  static GenericRecord order() {
    return new GenericRecordBuilder(ORDER).set("id", "order-123").set("amount", 42L).build();
  }
}
