package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.codec.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScheduleCommandsTest {
  private final FakePlatform platform = new FakePlatform(TasksConfig.of("unused:1"));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void configure() {
    platform.schedules.configure(
        ScheduledTask.named("cleanup")
            .schedule(Schedule.cron("0 6 * * *"))
            .task(Task.of("CleanUp").queue("default"))
            .zone(ZoneId.of("Europe/Berlin"))
            .exclusive(Exclusive.QUEUE));
    platform.schedules.configure(
        ScheduledTask.named("ping")
            .schedule(Schedule.every(Duration.ofHours(1)).jitter(Duration.ofMinutes(5))));
    platform.schedules.runs.put(
        "cleanup",
        new ScheduleInfo.Run(
            new JobId("cleanup@2025-12-31T05:00:00Z", "run"),
            Instant.parse("2025-12-31T05:00:00Z"),
            Instant.parse("2025-12-31T05:00:00.020Z"),
            JobState.DEAD,
            Instant.parse("2025-12-31T05:01:00Z"),
            new JobFailure("DiskFull", "no space left")));
  }

  @Test
  void listsTheNextFiveTimesAndTheLastOutcome() {
    assertThat(tasks("list")).isEqualTo(ExitCodes.DONE);
    assertThat(lines()[1])
        .startsWith("cleanup   0 6 * * * ")
        .contains("CleanUp  1      2025-12-31T05:00:00.020Z  DEAD (DiskFull)")
        .endsWith(
            "Europe/Berlin  2026-01-01 06:00:00, 2026-01-02 06:00:00, 2026-01-03 06:00:00,"
                + " 2026-01-04 06:00:00, 2026-01-05 06:00:00");
    assertThat(lines()[2]).startsWith("ping      every 1h, up to 5m later  ping     0      -");
  }

  @Test
  void listsAsJson() throws IOException {
    assertThat(tasks("list", "--output", "json")).isEqualTo(ExitCodes.DONE);
    JsonNode first = Json.mapper().readTree(out.toString(UTF_8)).get(0);

    assertThat(first.path("name").asText()).isEqualTo("cleanup");
    assertThat(first.path("next")).hasSize(5);
    assertThat(first.at("/next/0").asText()).isEqualTo("2026-01-01T05:00:00Z");
    assertThat(first.at("/lastRun/state").asText()).isEqualTo("DEAD");
    assertThat(first.at("/lastRun/error/type").asText()).isEqualTo("DiskFull");
    assertThat(first.path("exclusive").asText()).isEqualTo("queue");
  }

  @Test
  void showsOne() {
    assertThat(tasks("show", "cleanup")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString(UTF_8))
        .contains(
            "last run   cleanup@2025-12-31T05:00:00Z",
            "outcome    DEAD (DiskFull)",
            "error      no space left",
            "next       2026-01-01T06:00+01:00");
  }

  @Test
  void triggersOne() {
    assertThat(tasks("trigger", "ping")).isEqualTo(ExitCodes.DONE);
    assertThat(out.toString(UTF_8)).isEqualTo("ping@trigger-1\n");
  }

  @Test
  void pausesResumesAndDeletes() {
    assertThat(tasks("pause", "ping", "cleanup")).isEqualTo(ExitCodes.DONE);
    assertThat(platform.schedules.paused).containsExactlyInAnyOrder("ping", "cleanup");
    assertThat(tasks("list")).isEqualTo(ExitCodes.DONE);
    assertThat(lines()[2]).endsWith("UTC            paused");
    assertThat(tasks("resume", "ping", "--output", "json")).isEqualTo(ExitCodes.DONE);
    assertThat(lines()[0]).isEqualTo("{\"change\":\"resumed\",\"schedules\":[\"ping\"]}");
    assertThat(platform.schedules.paused).containsExactly("cleanup");
    assertThat(tasks("delete", "cleanup")).isEqualTo(ExitCodes.DONE);
    assertThat(platform.schedules.all).containsOnlyKeys("ping");
  }

  @Test
  void saysWhatIsNotThereByItsExitCode() {
    for (String command : new String[] {"show", "trigger", "pause", "resume", "delete"}) {
      assertThat(tasks(command, "nobody")).as(command).isEqualTo(ExitCodes.NOT_FOUND);
      assertThat(err.toString(UTF_8)).contains("there is no schedule nobody");
      assertThat(tasks(command)).as(command).isEqualTo(ExitCodes.USAGE);
    }
  }

  @Test
  void tellsWhatWasDoneBeforeAFailure() {
    assertThat(tasks("pause", "ping", "nobody")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(out.toString(UTF_8)).isEqualTo("ping paused\n");
  }

  private String[] lines() {
    return out.toString(UTF_8).split("\n");
  }

  private int tasks(String... arguments) {
    out.reset();
    err.reset();
    String[] all = new String[arguments.length + 1];
    all[0] = "schedule";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]), out, new PrintStream(err, true, UTF_8), false);
    return new Cli(terminal, Map.of(), (config, metrics) -> platform, new StopSignal())
        .execute(all);
  }
}
