package io.clusterdb.tasks.orchestrator.lease.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeaseTokenTest {
  private static final LeaseToken TOKEN =
      new LeaseToken("[::1]:8080", "orders", "tasks.orders.high", 3, 12_345_678_901L, 2, "s3-_");

  @Test
  void isReadAsItWasWritten() {
    assertThat(LeaseToken.parse(TOKEN.text())).contains(TOKEN);
  }

  @Test
  void fitsAPathWithoutEncoding() {
    assertThat(TOKEN.text()).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void anythingElseIsNone() {
    assertThat(LeaseToken.parse("")).isEmpty();
    assertThat(LeaseToken.parse("../../etc")).isEmpty();
    assertThat(LeaseToken.parse("job-123")).isEmpty();
    assertThat(LeaseToken.parse("x".repeat(100_000))).isEmpty();
    assertThat(LeaseToken.parse(encoded("1 a q t 0 0 1"))).isEmpty();
    assertThat(LeaseToken.parse(encoded("1 a q t x 0 1 s"))).isEmpty();
    assertThat(LeaseToken.parse(encoded("2 a q t 0 0 1 s"))).isEmpty();
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      assertThat(LeaseToken.parse(Base64.getUrlEncoder().encodeToString(bytes))).isEmpty();
    }
  }

  private static String encoded(String plain) {
    return Base64.getUrlEncoder()
        .encodeToString(plain.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
