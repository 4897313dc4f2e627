package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.worker.handler.ExecHandler;
import io.clusterdb.tasks.worker.handler.ExecOptions;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The order of examples/order-processing, whose steps are a shell script. */
class OrderStoriesIT {
  private static final Path ORDERS = Path.of("..", "examples", "order-processing");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static EmbeddedPlatform platform;
  private static Tasks tasks;
  private static Processor processor;

  @BeforeAll
  static void start() {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the steps need bash");
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    tasks = Tasks.connect(platform.bootstrap());
    String file = ORDERS.resolve("order-processing.yaml").toString();
    assertThat(shell("apply", "-f", file)).contains("order-processing");
    Processor.Builder worker = Processor.on(tasks).queue("default");
    ExecHandler step =
        ExecHandler.command(ORDERS.resolve("step.sh").toString(), ExecOptions.DEFAULT);
    for (String type :
        new String[] {"ValidateOrder", "ProcessPayment", "FulfillOrder", "RefundPayment"}) {
      worker.handler(type, Payload.class, step);
    }
    processor = worker.start();
  }

  @AfterAll
  static void stop() {
    if (platform == null) {
      return;
    }
    try {
      assertThat(Replays.everyRun(tasks)).isEqualTo(3);
    } finally {
      processor.close();
      tasks.close();
      platform.close();
    }
  }

  @Test
  void anOrderIsPaidAndShipped() {
    WorkflowResult result = order("good");
    assertThat(result.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(String.valueOf(result.output())).contains("good-1 is shipped");
  }

  @Test
  void aBusyBankIsAskedAgain() {
    assertThat(order("busy").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(shell("--output", "json", "job", "status", "busy/process-payment"))
        .containsPattern("\"attempt\": ?3");
  }

  @Test
  void anOrderThatCannotBeShippedIsRefunded() {
    assertThat(order("unstocked").state()).isEqualTo(RunState.COMPENSATED);
    assertThat(shell("workflow", "logs", "unstocked"))
        .contains("nothing left for unstocked-1")
        .contains("What was done is undone: process-payment.");
  }

  private static WorkflowResult order(String id) {
    return tasks
        .workflows()
        .execute(
            WorkflowExecution.of("order-processing").id(id).input(Map.of("order_id", id + "-1")))
        .result(LONG);
  }

  private static String shell(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code =
        Cli.run(
            InputStream.nullInputStream(),
            out,
            print,
            Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
            arguments);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as(text).isZero();
    return text;
  }
}
