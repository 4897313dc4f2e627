package io.clusterdb.tasks.worker.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class MiddlewareChainsTest {
  private final ManualTicker ticker = new ManualTicker();
  private final RecordingLogger logger = new RecordingLogger(Level.INFO);
  private final List<String> seen = new ArrayList<>();
  private final JobMetrics sink =
      (prefix, labels, job, outcome, duration) ->
          seen.add(prefix + labels + " " + job.type() + " " + outcome + " " + duration);
  private UnaryOperator<String> redaction = UnaryOperator.identity();
  private Payload payload = Payload.json("{\"card\":\"4111\"}");
  private boolean cancelled;

  @Test
  void runsTheQueuesMiddlewareOutsideTheProcessors() throws Exception {
    MiddlewareChains chains = chains(note("a"), note("b"));
    Object result =
        chains
            .of(queue(Middleware.metrics("jobs", Map.of())))
            .run(context(), () -> note("handler", "done"));
    assertThat(result).isEqualTo("done");
    assertThat(seen)
        .containsExactly(
            "a in", "b in", "handler", "b out", "a out", "jobs{} charge succeeded PT0S");
  }

  @Test
  void letsMiddlewareReplaceTheResult() throws Exception {
    Middleware replace = (context, next) -> next.run() + "!";
    Middleware skip = (context, next) -> "skipped";
    assertThat(chains(replace).of(queue()).run(context(), () -> "done")).isEqualTo("done!");
    assertThat(chains(skip).of(queue()).run(context(), () -> note("handler", "done")))
        .isEqualTo("skipped");
    assertThat(seen).isEmpty();
  }

  @Test
  void callsTheHandlerAloneWithoutMiddleware() throws Exception {
    assertThat(chains().of(queue()).run(context(), () -> null)).isNull();
  }

  @Test
  void keepsAQueuesChainUntilItsDefinitionChanges() {
    MiddlewareChains chains = chains();
    MiddlewareChain first = chains.of(queue(Middleware.rateLimit(10, 1)));
    assertThat(chains.of(queue(Middleware.rateLimit(10, 1)))).isSameAs(first);
    assertThat(chains.of(queue(Middleware.rateLimit(20, 1)))).isNotSameAs(first);
  }

  @Test
  void tellsTheShortestTimeout() {
    MiddlewareChains chains = chains(Middleware.timeout(Duration.ofMinutes(5)));
    assertThat(chains.of(queue()).timeout()).contains(Duration.ofMinutes(5));
    assertThat(chains.of(queue(Middleware.timeout(Duration.ofMinutes(1)))).timeout())
        .contains(Duration.ofMinutes(1));
    assertThat(chains().of(queue()).timeout()).isEmpty();
    assertThat(MiddlewareChain.timeoutOf(List.of(note("a")))).isEmpty();
  }

  @Test
  void limitsTheQueuesOfAProcessorTogether() throws Exception {
    MiddlewareChains chains = chains(Middleware.rateLimit(10, 1));
    long start = ticker.nanos();
    for (int i = 0; i < 5; i++) {
      chains.of(Queue.named("a").build()).run(context(), () -> null);
      chains.of(Queue.named("b").build()).run(context(), () -> null);
    }
    assertThat(Duration.ofNanos(ticker.nanos() - start))
        .isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_001));
  }

  @Test
  void measuresHowAttemptsEnd() throws Exception {
    MiddlewareChain chain =
        chains().of(queue(Middleware.metrics("jobs", Map.of("queue", "orders"))));
    chain.run(context(), () -> advance(Duration.ofMillis(12)));
    assertThatThrownBy(
            () -> chain.run(context(), () -> fail(new NamedFailure("CardDeclined", "no funds"))))
        .isInstanceOf(NamedFailure.class);
    assertThatThrownBy(
            () ->
                chain.run(
                    context(), () -> fail(new ExecutionException(new IllegalStateException()))))
        .isInstanceOf(ExecutionException.class);
    cancelled = true;
    assertThatThrownBy(() -> chain.run(context(), () -> fail(new InterruptedException())))
        .isInstanceOf(InterruptedException.class);
    assertThat(seen)
        .containsExactly(
            "jobs{queue=orders} charge succeeded PT0.012S",
            "jobs{queue=orders} charge CardDeclined PT0S",
            "jobs{queue=orders} charge IllegalStateException PT0S",
            "jobs{queue=orders} charge abandoned PT0S");
  }

  @Test
  void doesNotLetAFailingSinkFailTheJob() throws Exception {
    JobMetrics broken =
        (prefix, labels, job, outcome, duration) -> {
          throw new IllegalStateException("full");
        };
    MiddlewareChains chains =
        new MiddlewareChains(List.of(), new MiddlewareSupport(broken, redaction, ticker));
    MiddlewareChain chain = chains.of(queue(Middleware.metrics("jobs", Map.of())));
    assertThat(chain.run(context(), () -> "done")).isEqualTo("done");
    assertThat(logger.lines()).containsExactly("WARN The metrics sink failed for job job-1");
  }

  @Test
  void logsStartAndOutcome() throws Exception {
    MiddlewareChain chain = chains().of(queue(Middleware.logging(Level.INFO)));
    chain.run(context(), () -> advance(Duration.ofMillis(12)));
    assertThatThrownBy(
            () -> chain.run(context(), () -> fail(new NamedFailure("CardDeclined", "no\nfunds"))))
        .isInstanceOf(NamedFailure.class);
    cancelled = true;
    chain.run(context(), () -> null);
    assertThat(logger.lines())
        .containsExactly(
            "INFO Job job-1 of type charge starts attempt 1 of 3 on queue orders",
            "INFO Job job-1 of type charge succeeded on attempt 1 of 3 after 12ms",
            "INFO Job job-1 of type charge starts attempt 1 of 3 on queue orders",
            "INFO Job job-1 of type charge failed with CardDeclined (no\\n"
                + "funds) on attempt 1 of 3 after 0s",
            "INFO Job job-1 of type charge starts attempt 1 of 3 on queue orders",
            "INFO Job job-1 of type charge was abandoned on attempt 1 of 3 after 0s");
  }

  @Test
  void logsNothingBelowTheLevel() throws Exception {
    chains().of(queue(Middleware.logging(Level.DEBUG).includePayload())).run(context(), () -> null);
    assertThat(logger.lines()).isEmpty();
  }

  @Test
  void redactsThePayloadBeforeItShortensIt() throws Exception {
    redaction = text -> text.replaceAll("\"card\":\"\\d+\"", "\"card\":\"…\"");
    assertThat(loggedPayload()).isEqualTo("{\"card\":\"…\"}");
    payload = Payload.json("x".repeat(995) + "\"card\":\"4111\"");
    assertThat(loggedPayload()).endsWith("xxx\"card…").hasSize(1_001);
  }

  @Test
  void neverShowsAPayloadWhoseRedactionFails() throws Exception {
    redaction =
        text -> {
          throw new IllegalStateException(text);
        };
    assertThat(loggedPayload())
        .isEqualTo("not shown, since its redaction failed with IllegalStateException");
  }

  @Test
  void keepsALogLineInOneLine() throws Exception {
    payload = Payload.json("\"a\n\r\tb\u001b[31m\"");
    assertThat(loggedPayload()).isEqualTo("\"a\\n\\r\\tb\ufffd[31m\"");
  }

  @Test
  void describesBytesInsteadOfShowingThem() throws Exception {
    payload = Payload.of(new byte[3], Payload.AVRO);
    assertThat(loggedPayload()).isEqualTo("3 bytes of application/vnd.confluent.avro");
    payload = new Payload(null, Payload.JSON);
    assertThat(loggedPayload()).isEqualTo("none");
  }

  private String loggedPayload() throws Exception {
    logger.lines().clear();
    chains().of(queue(Middleware.logging(Level.INFO).includePayload())).run(context(), () -> null);
    String line = logger.lines().getFirst();
    return line.substring(line.indexOf("payload: ") + "payload: ".length());
  }

  private MiddlewareChains chains(Middleware... own) {
    return new MiddlewareChains(List.of(own), new MiddlewareSupport(sink, redaction, ticker));
  }

  private static Queue queue(DeclaredMiddleware... middleware) {
    return Queue.named("orders").middleware(middleware).build();
  }

  private FakeContext context() {
    return new FakeContext(payload, cancelled, logger);
  }

  private Middleware note(String name) {
    return (context, next) -> {
      seen.add(name + " in");
      Object result = next.run();
      seen.add(name + " out");
      return result;
    };
  }

  private Object note(String text, Object result) {
    seen.add(text);
    return result;
  }

  private @Nullable Object advance(Duration by) {
    ticker.advance(by);
    return null;
  }

  private static @Nullable Object fail(Exception error) throws Exception {
    throw error;
  }
}
