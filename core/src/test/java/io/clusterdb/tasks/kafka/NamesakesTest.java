package io.clusterdb.tasks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;

class NamesakesTest {
  @Test
  void onlyAnotherMemberOfTheNameIsOne() {
    assertThat(exist(member("c", "two"), member("b", "one"))).isTrue();
    assertThat(exist(member("c", "two"), member("a", "one"))).isFalse();
    assertThat(exist(member("b", "one"), member("a", "one"))).isTrue();
    assertThat(exist(member("c", "two"))).isFalse();
    assertThat(exist()).isFalse();
  }

  private static boolean exist(MemberDescription... members) {
    return Namesakes.exist(List.of(members), member -> member.clientId().equals("one"), "a");
  }

  private static MemberDescription member(String id, String client) {
    return new MemberDescription(
        id,
        Optional.empty(),
        Optional.empty(),
        client,
        "host",
        new MemberAssignment(Set.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
