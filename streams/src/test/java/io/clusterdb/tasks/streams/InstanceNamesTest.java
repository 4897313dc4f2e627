package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstanceNamesTest {
  private static final MemberDescription STRANGER = member("c", "two-1");
  private static final MemberDescription NAMELESS = member("d", null);

  @Test
  void aNameIsTakenByAnotherMemberOnly() {
    assertThat(taken(STRANGER, NAMELESS, member("b", "one-1"))).isTrue();
    assertThat(taken(STRANGER, NAMELESS, member("a", "one-1"))).isFalse();
    assertThat(taken(STRANGER, NAMELESS)).isFalse();
    assertThat(taken()).isFalse();
  }

  private static boolean taken(MemberDescription... members) {
    return InstanceNames.isTaken(List.of(members), "one-1", "a");
  }

  private static MemberDescription member(String id, @Nullable String instance) {
    return new MemberDescription(
        id,
        Optional.ofNullable(instance),
        Optional.empty(),
        "client",
        "host",
        new MemberAssignment(Set.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
