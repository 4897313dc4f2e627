package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

  @Test
  void takesTheBodyOfASuccessAsResult() {
    assertThat(answer(200, "{\"a\":1}").result(NOW)).hasToString("{\"a\":1}");
    assertThat(answer(201, "done\n").result(NOW)).isEqualTo("done\n");
    assertThat(answer(204, "").result(NOW)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504, 599})
  void retriesWhatMayPass(int status) {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> answer(status, "busy").result(NOW))
        .withMessage("http://localhost:3000/jobs answered " + status + ": busy")
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("HttpError"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 410, 422})
  void failsForGoodWhatIsTheCallersFault(int status) {
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> answer(status, "no").result(NOW))
        .withMessage("http://localhost:3000/jobs answered " + status + ": no");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 304, 307, 308})
  void doesNotFollowRedirects(int status) {
    HttpAnswer answer = answer(status, "", null, "http://elsewhere/");
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> answer.result(NOW))
        .withMessageContaining("here to http://elsewhere/");
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    assertThat(waitAfter("120")).isEqualTo(Duration.ofMinutes(2));
    assertThat(waitAfter("Tue, 01 Dec 2026 00:00:30 GMT")).isEqualTo(Duration.ofSeconds(30));
    assertThat(waitAfter("Mon, 30 Nov 2026 00:00:30 GMT")).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999", "Tue, 32 Dec 2026 00:00:30 GMT"})
  void leavesTheWaitToThePolicyWhereTheServerMakesNoSense(String value) {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> answer(503, "", value, null).result(NOW));
  }

  private static Duration waitAfter(String value) {
    try {
      answer(429, "", value, null).result(NOW);
      throw new AssertionError("expected RetryAfter");
    } catch (RetryAfter e) {
      return e.delay();
    }
  }

  @Test
  void shortensWhatTheServerSays() {
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> answer(400, "x".repeat(5_000)).result(NOW))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_100).endsWith("x…"));
  }

  @Test
  void keepsSecretsOfTheAddressOutOfMessages() {
    HttpTarget target = HttpTarget.parse("https://me:secret@api.test:8443/jobs?token=secret");
    assertThat(target).hasToString("https://api.test:8443/jobs");
    assertThat(target.uri()).hasToString("https://api.test:8443/jobs?token=secret");
    assertThat(target.authorization()).isEqualTo("Basic bWU6c2VjcmV0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:3000", "ftp://a/", "http://", "http:///x", "http://a b/"})
  void refusesWhatIsNoAddress(String url) {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> HttpTarget.parse(url))
        .withMessageContaining("expects a URL");
  }

  @Test
  void saysThatAHostIsUnknown() {
    IOException unknown = new ConnectException();
    unknown.initCause(new UnresolvedAddressException());
    assertThat(HttpFailures.explain(HttpTarget.parse("http://nowhere/"), unknown))
        .hasMessage(
            "http://nowhere/ gave no answer: its host name is unknown."
                + " Correct the address, or check the name service.");
  }

  @Test
  void encodesWhatAHeaderCannotHold() {
    assertThat(JobRequestHeaders.encode("a b-c:1")).isEqualTo("a b-c:1");
    assertThat(JobRequestHeaders.encode(" é\r\n100% ")).isEqualTo("%20%C3%A9%0D%0A100%25%20");
  }

  private static HttpAnswer answer(int status, String body) {
    return answer(status, body, null, null);
  }

  private static HttpAnswer answer(
      int status, String body, @Nullable String retryAfter, @Nullable String location) {
    return new HttpAnswer(
        HttpTarget.parse("http://localhost:3000/jobs"),
        status,
        Optional.ofNullable(retryAfter),
        Optional.ofNullable(location),
        new BoundedBody.Content(body.getBytes(StandardCharsets.UTF_8), true));
  }
}
