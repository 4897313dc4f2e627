package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.codec.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertsCommandTest {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
  private static final Alert FIRING =
      new Alert(
          "1",
          "queue_depth",
          "mails",
          Alert.State.FIRING,
          "warning",
          1_200,
          1_000,
          NOON,
          null,
          "Queue mails holds 1200 jobs that are not done",
          "See whether its workers keep up.",
          Alert.Delivery.DELIVERED);

  private final FakePlatform platform = new FakePlatform(TasksConfig.of("unused:1"));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void listsWhatFiresAndWhatIsOverAndSaysWhatToDo() {
    platform.alerts.add(FIRING);
    platform.alerts.add(FIRING.resolved(NOON.plusSeconds(60), Alert.Delivery.NONE));
    assertThat(tasks()).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString(UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ALERT        QUEUE  STATE"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "queue_depth  mails  FIRING    2026-12-01T12:00:00Z  -                    "
                            + " Queue mails holds 1200 jobs that are not done"),
            line -> assertThat(line).contains("RESOLVED  2026-12-01T12:00:00Z  2026-12-01T12:01"));
    assertThat(err.toString(UTF_8))
        .isEqualToIgnoringNewLines("queue_depth/mails: See whether its workers keep up.\n");
  }

  @Test
  void tellsScriptsByItsExitCodeWhetherOneFires() throws IOException {
    platform.alerts.add(FIRING.resolved(NOON, Alert.Delivery.NONE));
    assertThat(tasks("--firing")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString(UTF_8)).isEmpty();
    platform.alerts.add(FIRING);
    assertThat(tasks("--firing", "--output", "json")).isEqualTo(ExitCodes.FAILED);
    JsonNode list = Json.mapper().readTree(out.toString(UTF_8));
    assertThat(list).hasSize(1);
    assertThat(list.get(0).path("rule").asText()).isEqualTo("queue_depth");
    assertThat(list.get(0).path("webhook").asText()).isEqualTo("delivered");
  }

  private int tasks(String... arguments) {
    out.reset();
    err.reset();
    String[] all = new String[arguments.length + 1];
    all[0] = "alerts";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]), out, new PrintStream(err, true, UTF_8), false);
    return new Cli(terminal, Map.of(), (config, metrics) -> platform, new StopSignal())
        .execute(all);
  }
}
