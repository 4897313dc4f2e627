package io.clusterdb.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.client.DeadRecord;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterFilterTest {
  private static final DeadJob JOB = dead("one", "mail", "Timeout", 5_000);

  @Test
  void withoutConditionsEveryLetterFits() {
    assertThat(DeadLetterFilter.ALL).accepts(JOB);
  }

  @Test
  void everyConditionMustHold() {
    DeadLetterFilter all =
        DeadLetterFilter.ALL
            .ids(List.of("one", "two"))
            .types(List.of("mail"))
            .errors(List.of("Timeout"))
            .since(Instant.ofEpochMilli(5_000));
    assertThat(all).accepts(JOB);
    assertThat(all.ids(List.of("two"))).rejects(JOB);
    assertThat(all.types(List.of("letter"))).rejects(JOB);
    assertThat(all.errors(List.of("Refused"))).rejects(JOB);
    assertThat(all.since(Instant.ofEpochMilli(5_001))).rejects(JOB);
  }

  private static DeadJob dead(String id, String type, String error, long failedAt) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, HeaderText.bytes(id));
    headers.add(JobHeaders.TYPE, HeaderText.bytes(type));
    headers.add(JobHeaders.ERROR_TYPE, HeaderText.bytes(error));
    headers.add(JobHeaders.FAILED_AT, HeaderText.bytes(failedAt));
    return new DeadRecord(
        new ConsumerRecord<>(
            "tasks.q.dlq",
            0,
            0,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            HeaderText.bytes(id + "/run"),
            new byte[0],
            headers,
            Optional.empty()));
  }
}
