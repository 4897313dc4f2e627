package io.clusterdb.tasks.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends spans to collectors of the test's own. */
class SdkTelemetryTest {
  private static final int SOME = 100;
  private static final List<TraceExporter> LOG = List.of(TraceExporter.log());

  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean hangs;
  private volatile int status = 200;
  private HttpServer collector;

  @BeforeEach
  void startCollector() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.setExecutor(threads);
    collector.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestURI().getPath()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Key"));
          exchange.getRequestBody().readAllBytes();
          if (hangs) {
            awaitRelease(released);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    collector.start();
  }

  private static void awaitRelease(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stopCollector() {
    released.countDown();
    collector.stop(0);
    threads.shutdownNow();
  }

  @Test
  void sendsToTheCollectorAndCountsWhatItTook() {
    SdkTelemetry telemetry = open(TracingConfig.service("test").exporters(otlp()));
    record(telemetry, SOME);
    telemetry.close();
    assertThat(telemetry.counts().exported()).isEqualTo(SOME);
    assertThat(requests).first().isEqualTo("/v1/traces secret");
  }

  @Test
  void neitherRecordingNorClosingWaitsForACollectorThatHangs() {
    hangs = true;
    SdkTelemetry telemetry = open(TracingConfig.service("test").exporters(otlp()));
    int many = 3 * SdkTelemetry.QUEUE;
    long start = System.nanoTime();
    record(telemetry, many);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    await().untilAsserted(() -> assertThat(telemetry.counts().dropped()).isPositive());
    long closing = System.nanoTime();
    telemetry.close();
    assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(5));
    assertThat(telemetry.counts().exported()).isZero();
  }

  @Test
  void countsWhatACollectorRefuses() {
    status = 400;
    SdkTelemetry telemetry = open(TracingConfig.service("test").exporters(otlp()));
    record(telemetry, SOME);
    await().untilAsserted(() -> assertThat(telemetry.counts().failed()).isEqualTo(SOME));
    telemetry.close();
  }

  @Test
  void goesOnWhereNobodyListens() {
    collector.stop(0);
    SdkTelemetry telemetry = open(TracingConfig.service("test").exporters(otlp()));
    record(telemetry, SOME);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(telemetry.counts().failed()).isEqualTo(SOME));
    telemetry.close();
  }

  @Test
  void followsTheRootWhateverTheRate() {
    try (SdkTelemetry never = open(new TracingConfig("test", 0, LOG));
        SdkTelemetry always = open(new TracingConfig("test", 1, LOG))) {
      assertThat(child(never, TraceFlags.getSampled()).isSampled()).isTrue();
      assertThat(child(always, TraceFlags.getDefault()).isSampled()).isFalse();
      assertThat(root(never).isSampled()).isFalse();
      assertThat(root(always).isSampled()).isTrue();
    }
  }

  @Test
  void recordsWhatIsLinkedToWhatIsRecorded() {
    try (SdkTelemetry never = open(new TracingConfig("test", 0, LOG))) {
      Span span =
          tracer(never)
              .spanBuilder("settle")
              .setNoParent()
              .addLink(parent(TraceFlags.getDefault()))
              .addLink(parent(TraceFlags.getSampled()))
              .startSpan();
      assertThat(span.getSpanContext().isSampled()).isTrue();
    }
  }

  @Test
  void writesToTheLog() {
    SdkTelemetry telemetry = open(TracingConfig.service("test").exporters(TraceExporter.log()));
    record(telemetry, 1);
    telemetry.close();
    assertThat(telemetry.counts().exported()).isEqualTo(1);
  }

  private TraceExporter.Otlp otlp() {
    return TraceExporter.otlp("http://127.0.0.1:" + collector.getAddress().getPort())
        .header("X-Key", "secret");
  }

  private static SdkTelemetry open(TracingConfig config) {
    return SdkTelemetry.open(config, Map.of());
  }

  private static Tracer tracer(SdkTelemetry telemetry) {
    return telemetry.openTelemetry().getTracer("test");
  }

  private static void record(SdkTelemetry telemetry, int count) {
    Tracer tracer = tracer(telemetry);
    for (int i = 0; i < count; i++) {
      tracer.spanBuilder("span\n" + i).startSpan().end();
    }
  }

  private static SpanContext parent(TraceFlags flags) {
    return SpanContext.createFromRemoteParent(
        "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", flags, TraceState.getDefault());
  }

  private static SpanContext child(SdkTelemetry telemetry, TraceFlags flags) {
    Context above = Context.root().with(Span.wrap(parent(flags)));
    return tracer(telemetry).spanBuilder("child").setParent(above).startSpan().getSpanContext();
  }

  private static SpanContext root(SdkTelemetry telemetry) {
    return tracer(telemetry).spanBuilder("root").setNoParent().startSpan().getSpanContext();
  }
}
