package io.clusterdb.tasks.orchestrator.alerts;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.Alert.Delivery;
import io.clusterdb.tasks.orchestrator.alerts.Webhook.Effort;
import io.clusterdb.tasks.orchestrator.alerts.Webhook.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class WebhookTest {
  private static final Effort SHORT =
      new Effort(3, ofMillis(300), List.of(ofMillis(20), ofMillis(20)));

  private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private final List<Alert> reports = new ArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer server;
  private @Nullable URI address;
  private volatile int status = 200;
  private final AtomicInteger refusals = new AtomicInteger();
  private Webhook webhook;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/hook", this::answer);
    server.createContext("/hangs", this::hang);
    server.createContext("/dribbles", this::dribble);
    server.start();
    address = at("/hook");
    webhook = new Webhook(() -> address, SHORT, outcomes::add);
  }

  @AfterEach
  void stop() {
    released.countDown();
    webhook.close();
    server.stop(0);
  }

  private URI at(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      bodies.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
      exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? 503 : status, -1);
    }
  }

  private void hang(HttpExchange exchange) {
    awaitRelease();
    exchange.close();
  }

  /** Answers at once, and never ends. */
  private void dribble(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('x');
    exchange.getResponseBody().flush();
    awaitRelease();
    exchange.close();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Alert alert(String id) {
    return new Alert(
        id,
        "queue_depth",
        "mails",
        Alert.State.FIRING,
        "warning",
        1_200,
        1_000,
        Instant.parse("2026-11-01T12:00:00Z"),
        null,
        "Queue mails holds \"1200\"\njobs",
        "Look",
        Delivery.PENDING);
  }

  private List<Alert> reported(int count) {
    await()
        .atMost(ofSeconds(20))
        .until(
            () -> {
              reports.addAll(webhook.reports());
              return reports.size() >= count;
            });
    return reports;
  }

  @Test
  void tellsOneAfterTheOtherInOrder() {
    webhook.tell(alert("1"));
    webhook.tell(alert("1").resolved(Instant.parse("2026-11-01T12:05:00Z"), Delivery.PENDING));
    assertThat(reported(2)).extracting(Alert::webhook).containsOnly(Delivery.DELIVERED);
    assertThat(bodies)
        .extracting(body -> body.path("text").asText())
        .containsExactly(
            "FIRING: Queue mails holds \"1200\"\njobs. Look",
            "RESOLVED: Queue mails holds \"1200\"\njobs");
    JsonNode over = bodies.getLast();
    assertThat(over.path("id").asText()).isEqualTo("1");
    assertThat(over.path("state").asText()).isEqualTo("RESOLVED");
    assertThat(over.path("value").asDouble()).isEqualTo(1_200);
    assertThat(over.path("firedAt").asText()).isEqualTo("2026-11-01T12:00:00Z");
    assertThat(over.path("resolvedAt").asText()).isEqualTo("2026-11-01T12:05:00Z");
    assertThat(outcomes).containsExactly(Outcome.DELIVERED, Outcome.DELIVERED);
  }

  @Test
  void triesAgainWhatMayPass() {
    refusals.set(2);
    webhook.tell(alert("1"));
    assertThat(reported(1)).extracting(Alert::webhook).containsExactly(Delivery.DELIVERED);
    assertThat(bodies).hasSize(3);
  }

  @Test
  void givesUpAtOnceWhatTheAddressDoesNotWant() {
    status = 400;
    webhook.tell(alert("1"));
    assertThat(reported(1)).extracting(Alert::webhook).containsExactly(Delivery.FAILED);
    assertThat(bodies).hasSize(1);
    assertThat(outcomes).containsExactly(Outcome.FAILED);
  }

  @Test
  void givesUpWhereNobodyListens() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = URI.create("http://localhost:" + closed.getLocalPort());
    }
    webhook.tell(alert("1"));
    assertThat(reported(1)).extracting(Alert::webhook).containsExactly(Delivery.FAILED);
  }

  @Test
  void anAddressThatHangsHoldsNobodyUpAndTheRestIsDroppedAndCounted() {
    address = at("/hangs");
    long before = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      webhook.tell(alert("" + i));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(ofMillis(250));
    List<Alert> all = reported(100);
    assertThat(all).hasSize(100).extracting(Alert::webhook).containsOnly(Delivery.FAILED);
    assertThat(outcomes.stream().filter(each -> each == Outcome.DROPPED).count())
        .isBetween(96L, 97L); // three wait, and one may be under way
    assertThat(outcomes.stream().filter(each -> each == Outcome.FAILED).count()).isBetween(3L, 4L);
  }

  @Test
  void anAnswerThatNeverEndsIsNoAnswer() {
    address = at("/dribbles");
    webhook.tell(alert("1"));
    assertThat(reported(1)).extracting(Alert::webhook).containsExactly(Delivery.FAILED);
  }

  @Test
  void closingDoesNotWaitForAnAddressThatHangs() {
    address = at("/hangs");
    webhook.tell(alert("1"));
    long before = System.nanoTime();
    webhook.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(ofSeconds(2));
    assertThat(webhook.reports()).isEmpty();
  }

  @Test
  void withoutAnAddressThereIsNobodyToTell() {
    address = null;
    webhook.tell(alert("1"));
    assertThat(reported(1)).extracting(Alert::webhook).containsExactly(Delivery.NONE);
    assertThat(outcomes).isEmpty();
  }

  @Test
  void whatIsForgottenIsNeitherToldNorReported() {
    status = 503;
    webhook.tell(alert("1"));
    await().atMost(ofSeconds(10)).until(() -> !bodies.isEmpty());
    webhook.forget();
    status = 200;
    webhook.tell(alert("2"));
    assertThat(reported(1)).extracting(Alert::id).containsExactly("2");
    assertThat(bodies.getLast().path("id").asText()).isEqualTo("2");
  }
}
