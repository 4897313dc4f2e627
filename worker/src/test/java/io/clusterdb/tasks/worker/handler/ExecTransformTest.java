package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecTransformTest {
  @Test
  void whatTheCommandPrintsIsTheNewPayload() throws Exception {
    Payload made =
        ExecTransform.command("sed s/1/größer/").apply(dead(Payload.json("{\"n\": \"1\"}")));
    assertThat(made.text()).isEqualTo("{\"n\": \"größer\"}");
    assertThat(made.contentType()).isEqualTo(Payload.JSON);
  }

  @Test
  void theLastNewlineIsNotPartOfIt() throws Exception {
    Payload text = Payload.of("a\n".getBytes(StandardCharsets.UTF_8), "text/x");
    assertThat(ExecTransform.command("cat").apply(dead(text)).text()).isEqualTo("a");
    assertThat(ExecTransform.command("printf 'a\\r\\n'").apply(dead(text)).text()).isEqualTo("a");
  }

  @Test
  void theCommandKnowsTheJob() throws Exception {
    Payload made =
        ExecTransform.command(
                "sh -c 'echo \\\"$TASKS_JOB_ID $TASKS_JOB_TYPE $TASKS_ERROR_TYPE\\\"'")
            .apply(dead(Payload.json("1")));
    assertThat(made.text()).isEqualTo("\"job-1 mail Timeout\"");
  }

  @ParameterizedTest
  @CsvSource({
    "false,exited with 1",
    "true,printed nothing",
    "echo,printed nothing",
    "echo two words,no JSON",
    "printf [][],no JSON",
    "/no/such/program,no such program"
  })
  void aCommandThatMakesNoPayloadIsAnError(String command, String why) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> ExecTransform.command(command).apply(dead(Payload.json("1"))))
        .withMessageContaining(why);
  }

  @Test
  void thereIsNoPlaceForThePayloadInTheArguments() {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> ExecTransform.command("echo {}"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
  }

  private static DeadJob dead(Payload payload) {
    return new Dead(payload);
  }

  private record Dead(Payload payload) implements DeadJob {
    @Override
    public String id() {
      return "job-1";
    }

    @Override
    public String run() {
      return "run-1";
    }

    @Override
    public String type() {
      return "mail";
    }

    @Override
    public @Nullable String queue() {
      return "mails";
    }

    @Override
    public @Nullable String orderingKey() {
      return null;
    }

    @Override
    public String priority() {
      return "normal";
    }

    @Override
    public int attempt() {
      return 3;
    }

    @Override
    public @Nullable Instant createdAt() {
      return null;
    }

    @Override
    public Instant failedAt() {
      return Instant.EPOCH;
    }

    @Override
    public JobFailure error() {
      return new JobFailure("Timeout", "too slow");
    }

    @Override
    public List<FailedAttempt> failures() {
      return List.of();
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }
  }
}
