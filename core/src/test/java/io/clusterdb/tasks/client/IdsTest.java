package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Job;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
  private final Instant[] now = {Instant.parse("2026-12-01T00:00:00Z")};
  private final Ids ids = new Ids(() -> now[0], new SharedRandom(42));

  @Test
  void idsAreUuidsOfVersion7() {
    UUID id = UUID.fromString(ids.id());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now[0].toEpochMilli());
  }

  @Test
  void idsSortByTime() {
    String earlier = ids.id();
    now[0] = now[0].plusMillis(1);
    assertThat(earlier).isLessThan(ids.id());
  }

  @Test
  void nothingIsMadeTwice() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      assertThat(made.add(ids.id())).isTrue();
      assertThat(made.add(ids.run())).isTrue();
    }
  }

  @Test
  void aJobsOwnIdIsKeptWithANewRunEachTime() {
    Job job = Job.of("a").id("job-123").build();
    assertThat(ids.of(job).value()).isEqualTo("job-123");
    assertThat(ids.of(job).run()).hasSize(16).isNotEqualTo(ids.of(job).run());
  }
}
