package io.clusterdb.tasks.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.engine.DueKey;
import io.clusterdb.tasks.scheduler.engine.KeyHolder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/**
 * Entries of stores as earlier code wrote them. A changed format gets a number and lines of its own
 * here; what is here stays, since stores outlive releases.
 */
class SchedulerFormatsTest {
  private static final String JOB_1 =
      "010302076a6f622dc3bc1704613d620007782d6d696e6500087061796c6f6164";
  private static final String KEY_1 = "000001a0c4506c006a6f622dc3bc72756e2d310006";
  private static final String HOLDER_1 =
      "0101000001a0c4506c000000000000000007000000066a6f622dc3bc72756e2d31";

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void aWaitingJobIsReadAndWrittenAsEver() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, "job-ü".getBytes(StandardCharsets.UTF_8));
    headers.add(JobHeaders.TRACESTATE, "a=b".getBytes(StandardCharsets.UTF_8));
    headers.add("x-mine", null);
    WaitingJob job = new WaitingJob(headers, "payload".getBytes(StandardCharsets.UTF_8));
    assertThat(hex(WaitingJobFormat.write(job))).isEqualTo(JOB_1);
    WaitingJob read = WaitingJobFormat.read(bytes(JOB_1));
    assertThat(read.headers()).isEqualTo(headers);
    assertThat(read.value()).isEqualTo(job.value());
  }

  @Test
  void aKeyOfTheTimeIsAsEver() {
    assertThat(hex(DueKey.of(1_790_000_000_000L, "job-ü", "run-1"))).isEqualTo(KEY_1);
    assertThat(DueKey.due(bytes(KEY_1))).isEqualTo(1_790_000_000_000L);
    assertThat(DueKey.id(bytes(KEY_1))).isEqualTo("job-ü");
    assertThat(DueKey.run(bytes(KEY_1))).isEqualTo("run-1");
  }

  @Test
  void aHolderOfAUniqueKeyIsReadAndWrittenAsEver() {
    KeyHolder holder = new KeyHolder("job-ü", "run-1", 1_790_000_000_000L, true, 7);
    assertThat(hex(holder.write())).isEqualTo(HOLDER_1);
    assertThat(KeyHolder.read(bytes(HOLDER_1))).isEqualTo(holder);
  }
}
