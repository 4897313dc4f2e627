package io.clusterdb.tasks.orchestrator.workflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.orchestrator.workflow.topology.TestEngine.Started;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.trace.SpanNames;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class RunTracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @TempDir Path directory;
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final TestCatalog catalog =
      new TestCatalog()
          .with(Queue.named("default").build())
          .with(
              Workflow.named("order")
                  .errorHandling(ErrorHandling.COMPENSATE)
                  .task(WorkflowTask.named("pay").compensateWith(Task.of("Refund")))
                  .task(WorkflowTask.named("ship").dependsOn("pay")))
          .with(Workflow.named("outer").task(WorkflowTask.named("inner").workflow("order")));
  private TestEngine engine;

  @BeforeEach
  void start() {
    engine =
        new TestEngine(directory, catalog, new Settings(Duration.ofDays(1), 900_000, 3_000_000));
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void everyJobCarriesTheContextOfTheStartOnWhereNothingIsTraced() {
    begin("order", PARENT);
    Started pay = engine.job();
    engine.end(pay, "1", null);
    Started ship = engine.job();
    engine.end(ship, null, "OutOfStock");
    Started refund = engine.job();
    assertThat(List.of(pay, ship, refund))
        .extracting(job -> job.header(JobHeaders.TRACEPARENT))
        .containsOnly(PARENT);
    assertThat(engine.rows("run")).isEqualTo(engine.replayed("run"));
  }

  @Test
  void whatIsNoContextIsLeftOut() {
    begin("order", "00-" + "x".repeat(100_000));
    assertThat(engine.job().record().headers().lastHeader(JobHeaders.TRACEPARENT)).isNull();
    assertThat(engine.run("run").trace()).isNull();
  }

  @Test
  void theSpansOfARunAreOneTraceWithItsCompensation() {
    trace();
    begin("order", PARENT);
    engine.end(engine.job(), "1", null);
    engine.end(engine.job(), null, "OutOfStock");
    engine.end(engine.job(), "2", null);
    List<SpanData> all = spans.getFinishedSpanItems();
    assertThat(all)
        .extracting(SpanData::getName)
        .containsExactly(
            "process tasks.workflows.commands",
            "send tasks.default",
            "send tasks.default",
            "send tasks.default",
            "run order");
    assertThat(all).extracting(SpanData::getTraceId).containsOnly(TRACE);
    assertThat(all.subList(1, 5))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(all.getFirst().getSpanId());
    assertThat(all.get(3).getAttributes().get(SpanNames.COMPENSATION)).isTrue();
    assertThat(all.get(4).getAttributes().get(SpanNames.RUN_STATE)).isEqualTo("COMPENSATED");
  }

  @Test
  void aRunWithinARunIsOfItsTrace() {
    trace();
    begin("outer", PARENT);
    engine.passOn();
    assertThat(engine.job().header(JobHeaders.TRACEPARENT)).contains(TRACE);
  }

  @Test
  void aTraceBeginsWithTheRunWhereItsStartHasNone() {
    trace();
    engine.start("run", "order", null, null);
    String trace = spans.getFinishedSpanItems().getFirst().getTraceId();
    assertThat(engine.job().header(JobHeaders.TRACEPARENT)).contains(trace);
  }

  private void trace() {
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    engine.tracing.set(new Tracing(sdk, () -> TraceCounts.NONE));
  }

  private void begin(String workflow, String traceparent) {
    WorkflowCommand command = engine.command("run", WorkflowCommandKind.START);
    command.setWorkflow(workflow);
    engine.send(command, traceparent);
  }
}
