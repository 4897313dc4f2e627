package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExecHandlerTest {
  private static final Payload NONE = new Payload(null, Payload.JSON);
  private static final ExecOptions OPTIONS = ExecOptions.DEFAULT;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        " two  words ",
        "it's \"quoted\"",
        "line\nbreak\n",
        "-rf",
        "--",
        "$(id)",
        "`id`;rm -rf $HOME|&<>*?[]{}~#!",
        "back\\slash\\n\\0101",
        "é ü 日本 😀",
        "tab\tand\rreturn",
        "%s%b"
      })
  void givesAnyPayloadAsOneArgument(String name) throws Exception {
    for (Charset charset : new Charset[] {StandardCharsets.UTF_8, StandardCharsets.US_ASCII}) {
      ExecHandler handler =
          new ExecHandler(
              CommandTemplate.direct("printf '[%s]' {} x{}"), OPTIONS, new Launcher(charset));
      assertThat(run(handler, string(name)))
          .as("%s in %s", name, charset)
          .isEqualTo("[" + name + "][x" + name + "]");
    }
  }

  @Test
  void hashesFilesWithAwkwardNames() throws Exception {
    for (String name : new String[] {"a b", "it's", "-x", "$(id)", "é日", "x\\ny"}) {
      Path file = Files.writeString(folder.resolve(name), name);
      Object direct = sha256("cat <&0 | sha256sum", Files.readString(file));
      assertThat(
              run(ExecHandler.command("sh -c 'sha256sum < \"$1\"' sh {}", OPTIONS), string(file)))
          .isEqualTo(direct);
    }
  }

  private static @Nullable Object sha256(String command, String content) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return run(ExecHandler.shell(command, OPTIONS), Payload.of(bytes, "text/plain"));
  }

  @Test
  void givesThePayloadOnStandardInput() throws Exception {
    assertThat(json(run(ExecHandler.command("cat", OPTIONS), Payload.json("{\"a\": 1.50}"))))
        .isEqualTo("{\"a\":1.50}");
    assertThat(run(ExecHandler.command("wc -c", OPTIONS), NONE)).hasToString("0");
  }

  @Test
  void movesALargePayloadThroughACommandThatAnswersWhileItReads() throws Exception {
    String text = "x".repeat(1_000_000);
    ExecHandler handler = ExecHandler.command("cat", OPTIONS.maxResultBytes(2_000_000));
    assertThat(run(handler, Payload.of(text.getBytes(StandardCharsets.UTF_8), "text/plain")))
        .isEqualTo(text);
  }

  @Test
  void acceptsACommandThatDoesNotReadItsInput() throws Exception {
    Payload large = Payload.of(new byte[1_000_000], Payload.BYTES);
    assertThat(run(ExecHandler.shell("exec <&-; echo done", OPTIONS), large)).isEqualTo("done");
  }

  @Test
  void tellsTheCommandAboutItsJob() throws Exception {
    FakeContext context = FakeContext.of(NONE, "clé 1", Map.of("source", "api", "trace.id-x", "ü"));
    for (Charset charset : new Charset[] {StandardCharsets.UTF_8, StandardCharsets.US_ASCII}) {
      ExecHandler handler =
          new ExecHandler(CommandTemplate.direct("env"), OPTIONS, new Launcher(charset));
      assertThat(String.valueOf(handler.handle(NONE, context)).lines())
          .contains(
              "TASKS_JOB_ID=job-1",
              "TASKS_JOB_RUN=run-1",
              "TASKS_JOB_TYPE=hash",
              "TASKS_JOB_QUEUE=files",
              "TASKS_JOB_KEY=clé 1",
              "TASKS_JOB_ATTEMPT=2",
              "TASKS_JOB_MAX_ATTEMPTS=3",
              "TASKS_JOB_PRIORITY=high",
              "TASKS_JOB_CREATED_AT=2026-12-01T00:00:00Z",
              "TASKS_JOB_DEADLINE=2026-12-01T00:05:00Z",
              "TASKS_JOB_BATCH_ID=batch-1",
              "TASKS_JOB_CONTENT_TYPE=application/json",
              "TASKS_JOB_META_SOURCE=api",
              "TASKS_JOB_META_TRACE_ID_X=ü",
              "TASKS_FENCING_TOKEN=7",
              "TRACEPARENT=00-a-b-01");
    }
  }

  @Test
  void failsByTheExitCode() {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.shell("echo no disk >&2; exit 3", OPTIONS), NONE))
        .withMessage("command sh -c exited with 3: no disk")
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("ExecError"));
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.command("false", OPTIONS), NONE))
        .withMessage("command false exited with 1: it wrote nothing to standard error");
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.shell("exit 75", OPTIONS), NONE))
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("TransientError"));
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.shell("kill -9 $$", OPTIONS), NONE))
        .withMessageContaining("exited with 137 (signal 9)");
  }

  @Test
  void takesTheErrorThatTheLastLineNames() {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(
            () ->
                run(
                    failing("{\"error\": {\"type\": \"CardDeclined\", \"message\": \"no funds\"}}"),
                    NONE))
        .withMessage("no funds")
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("CardDeclined"));
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(
            () ->
                run(
                    failing("{\"error\": {\"type\": \"PermanentFailure\", \"message\": \"gone\"}}"),
                    NONE))
        .withMessage("gone");
    assertThatExceptionOfType(Discard.class)
        .isThrownBy(() -> run(failing("{\"error\": {\"type\": \"Discard\"}}"), NONE));
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(failing("{\"error\": \"text\"}"), NONE))
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("ExecError"));
  }

  private static ExecHandler failing(String lastLine) {
    return ExecHandler.shell("echo first >&2; echo '" + lastLine + "' >&2; exit 4", OPTIONS);
  }

  @Test
  void keepsTheEndOfALongStandardError() {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.shell("seq 200000 >&2; exit 1", OPTIONS), NONE))
        .satisfies(
            e -> assertThat(e.getMessage()).endsWith("199999\n200000").hasSizeLessThan(1_100));
  }

  @Test
  void refusesALongResultAndStillLetsTheCommandEnd() {
    Path end = folder.resolve("end");
    ExecHandler handler =
        ExecHandler.shell("seq 200000; touch '" + end + "'", OPTIONS.maxResultBytes(1_000));
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> run(handler, NONE))
        .withMessageContaining("1288895 bytes")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RESULT));
    assertThat(end).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such/program {}", "no-such-program", "/etc/passwd", "/tmp"})
  void failsWhereTheCommandCannotStart(String command) {
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> run(ExecHandler.command(command, OPTIONS), string("x")))
        .withMessageContaining("cannot start: this worker")
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("ExecError"));
  }

  @Test
  void failsForGoodWhereNoProcessCanBeGivenTheArgument() {
    ExecHandler echo = ExecHandler.command("echo {}", OPTIONS);
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> run(echo, Payload.json("\"a\\u0000b\"")))
        .withMessageContaining("NUL");
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> run(echo, Payload.json("\"a\\ud800b\"")))
        .withMessageContaining("surrogate");
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> run(echo, string("x".repeat(300_000))))
        .withMessageContaining("longer than the system allows");
  }

  @Test
  void stopsTheCommandAndItsChildrenWhenInterrupted() throws Exception {
    Path started = folder.resolve("started");
    ExecHandler handler =
        ExecHandler.shell("sleep 300 & echo $! >'" + started + "'; wait", OPTIONS);
    Interrupted run = interruptOnce(handler, started);
    long child = Long.parseLong(Files.readString(started).strip());
    assertThat(run.error()).isInstanceOf(InterruptedException.class);
    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void killsACommandThatIgnoresTheFirstSignal() throws Exception {
    Path started = folder.resolve("started");
    ExecHandler handler =
        ExecHandler.shell(
            "trap '' TERM; echo $$ >'" + started + "'; while :; do sleep 1; done",
            OPTIONS.killGrace(Duration.ofMillis(200)));
    Interrupted run = interruptOnce(handler, started);
    long pid = Long.parseLong(Files.readString(started).strip());
    assertThat(run.error()).isInstanceOf(InterruptedException.class);
    await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void letsACommandCleanUpWhenInterrupted() throws Exception {
    Path started = folder.resolve("started");
    Path cleaned = folder.resolve("cleaned");
    ExecHandler handler =
        ExecHandler.shell(
            "trap 'touch \""
                + cleaned
                + "\"; exit' TERM; echo x >'"
                + started
                + "'; while :; do sleep 0.05; done",
            OPTIONS);
    interruptOnce(handler, started);
    assertThat(cleaned).exists();
  }

  private record Interrupted(@Nullable Throwable error) {}

  private static Interrupted interruptOnce(ExecHandler handler, Path started) throws Exception {
    AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    run(handler, NONE);
                  } catch (Throwable e) {
                    error.set(e);
                  }
                });
    await().until(() -> Files.exists(started) && Files.size(started) > 0);
    thread.interrupt();
    thread.join();
    return new Interrupted(error.get());
  }

  @Test
  void doesNotWaitForWhatTheCommandLeavesRunning() throws Exception {
    Path pid = folder.resolve("pid");
    ExecHandler handler =
        ExecHandler.shell("echo started; sleep 30 & echo $! >'" + pid + "'", OPTIONS);
    long start = System.nanoTime();
    assertThat(run(handler, NONE)).isEqualTo("started");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ProcessHandle::destroy);
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    ExecHandler handler = ExecHandler.command("cat", OPTIONS);
    for (int i = 0; i < 20; i++) {
      run(handler, Payload.json("[]"));
    }
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("tasks-exec")));
  }

  @Test
  void keepsVirtualThreadsGoingWhileManyCommandsSayNothing() throws Exception {
    ExecHandler handler = ExecHandler.command("sleep 300", OPTIONS);
    Thread[] threads = new Thread[300];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(
                  () ->
                      assertThatThrownBy(() -> run(handler, NONE))
                          .isInstanceOf(InterruptedException.class));
    }
    await().until(() -> ProcessHandle.current().children().count() >= threads.length);
    Thread.ofVirtual().start(() -> {}).join();
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().until(() -> ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void carriesTextUnderAnyLocale() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AwkwardLocaleMain.class.getName())
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process child = builder.start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(printed).isZero();
  }

  private static Payload string(Object text) throws JsonProcessingException {
    return Payload.json(Json.mapper().writeValueAsString(text.toString()));
  }

  private static String json(@Nullable Object result) {
    assertThat(result).isInstanceOf(JsonNode.class);
    return String.valueOf(result);
  }

  private static @Nullable Object run(ExecHandler handler, Payload payload)
      throws InterruptedException, IOException {
    return handler.handle(payload, FakeContext.of(payload));
  }
}
