package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.CommitText;
import org.junit.jupiter.api.Test;

/**
 * What earlier workers wrote beside committed offsets. In a rolling change one worker takes over
 * from another of an earlier release, and back, so these are read and written as ever.
 */
class CommitMetadataFixturesTest {
  private static final String RUNNING = "tasks1:8:CmsGAk0OaG9zdC0xL2RlZmF1bHQLMigUBAMEuURg";
  private static final String OVERRUN = "tasks1:8:3nkOAk0OaG9zdC0xL2RlZmF1bHQLMigUBAMEuURq5AA";
  private static final String CLEAN = "tasks1:0:PJwBANIJA3ctMQAAAAAA";

  @Test
  void whatARunningWorkerCommitsIsReadAndWrittenAsEver() {
    Claim claim = new Claim(false, 2, 77, "host-1/default", 150, 140, 120, 104, true);
    Holes holes = new Holes(new long[] {100, 104, 109}, new int[] {0, Note.of(3, 2), 0});
    CommitMetadata metadata = new CommitMetadata(claim, 111, holes);
    assertThat(metadata.encode(100)).isEqualTo(RUNNING);
    assertThat(CommitMetadata.decode(100, RUNNING)).isEqualTo(metadata);
    assertThat(CommitText.doneBehind(RUNNING)).isEqualTo(8);
  }

  /** Earlier workers end to read before what is added for overruns. */
  @Test
  void overrunsOfTurnsFollowWhatEarlierWorkersRead() {
    Claim claim = new Claim(false, 2, 77, "host-1/default", 150, 140, 120, 104, true);
    int[] notes = {0, Note.withOverruns(Note.of(3, 2), 1), Note.withOverruns(Note.NONE, 4)};
    CommitMetadata metadata =
        new CommitMetadata(claim, 111, new Holes(new long[] {100, 104, 109}, notes));
    assertThat(metadata.encode(100)).isEqualTo(OVERRUN);
    assertThat(CommitMetadata.decode(100, OVERRUN)).isEqualTo(metadata);
  }

  @Test
  void whatAWorkerHandsOverIsReadAndWrittenAsEver() {
    Claim claim = new Claim(true, 0, 1_234, "w-1", 5_000, 5_000, 5_000, Claim.NONE, false);
    CommitMetadata metadata = new CommitMetadata(claim, 5_000, Holes.NONE);
    assertThat(metadata.encode(5_000)).isEqualTo(CLEAN);
    assertThat(CommitMetadata.decode(5_000, CLEAN)).isEqualTo(metadata);
  }
}
