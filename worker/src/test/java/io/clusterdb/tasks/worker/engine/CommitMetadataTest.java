package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.CommitText;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTest {
  private static final Claim CLAIM =
      new Claim(false, 2, 77, "host-1/default", 150, 140, 120, 104, true);

  @Test
  void readsWhatItWrote() {
    Holes holes = new Holes(new long[] {100, 104, 109}, new int[] {0, Note.of(3, 2), 0});
    CommitMetadata metadata = new CommitMetadata(CLAIM, 111, holes);
    assertThat(CommitMetadata.decode(100, metadata.encode(100))).isEqualTo(metadata);
    assertThat(metadata.doneBehind(100)).isEqualTo(8);
    assertThat(CommitText.doneBehind(metadata.encode(100))).isEqualTo(8);
  }

  @Test
  void readsOverrunsBehindAllElse() {
    int[] notes = {0, Note.withOverruns(Note.of(3, 2), 5), Note.withOverruns(0, Note.MAX_OVERRUNS)};
    Holes holes = new Holes(new long[] {100, 104, 109}, notes);
    CommitMetadata read =
        CommitMetadata.decode(100, new CommitMetadata(CLAIM, 111, holes).encode(100));
    assertThat(read.holes()).isEqualTo(holes);
    assertThat(read.holes().overruns(0)).isZero();
    assertThat(read.holes().overruns(1)).isEqualTo(5);
    assertThat(read.holes().attempt(1)).isEqualTo(3);
    assertThat(read.holes().crashes(1)).isEqualTo(2);
    assertThat(read.holes().overruns(2)).isEqualTo(15);
    assertThat(read.holes().withCrash(104).overruns(1)).isEqualTo(5);
  }

  @Test
  void writesTheExtremesOfEveryField() {
    String owner = "o".repeat(50);
    Claim claim =
        new Claim(
            true,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            owner,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            true);
    CommitMetadata metadata = new CommitMetadata(claim, Long.MAX_VALUE, Holes.at(0, 1L << 60));
    assertThat(CommitMetadata.decode(0, metadata.encode(0))).isEqualTo(metadata);
    assertThat(claim.owner()).hasSize(Claim.MAX_OWNER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tasks1:", "tasks1:AAAA", "offset reset by hand", "tasks1:%%%", "{}"})
  void saysNothingAboutTextOfOtherTools(String text) {
    CommitMetadata metadata = CommitMetadata.decode(42, text);
    assertThat(metadata.claim()).isEqualTo(Claim.unknown(42));
    assertThat(metadata.end()).isEqualTo(42);
    assertThat(metadata.holes()).isEqualTo(Holes.NONE);
  }

  @Test
  void saysNothingAtAnotherOffsetOrWhenDamaged() {
    String text = new CommitMetadata(CLAIM, 111, Holes.at(100, 105)).encode(100);
    assertThat(CommitMetadata.decode(101, text).claim()).isEqualTo(Claim.unknown(101));
    String cut = text.substring(0, text.length() - 4);
    assertThat(CommitMetadata.decode(100, cut).claim()).isEqualTo(Claim.unknown(100));
  }

  @Test
  void survivesAnyText() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      BitReader in = new BitReader(bytes, 0);
      try {
        HoleCode.read(in, 3);
      } catch (IllegalArgumentException | ArithmeticException e) {
        // What decode takes as nothing.
      }
    }
  }

  @Test
  void cutsHolesThatNoTrackerWouldMakeSoThatTheTextFits() {
    long[] offsets = new long[100_000];
    int[] notes = new int[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = 1_000_000L * i;
      notes[i] = Note.withOverruns(Note.of(Note.MAX_ATTEMPT, Note.MAX_CRASHES), 15);
    }
    String text = new CommitMetadata(CLAIM, Long.MAX_VALUE, new Holes(offsets, notes)).encode(0);
    assertThat(text.length()).isLessThanOrEqualTo(CommitMetadata.MAX_CHARS);
    CommitMetadata read = CommitMetadata.decode(0, text);
    assertThat(read.end()).isEqualTo(1_000_000L * read.holes().size());
    assertThat(read.holes().size()).isGreaterThan(500);
  }
}
