package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.SecuredPlatform.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.it.SecuredPlatform.Run;
import java.nio.file.Path;

/**
 * Commands of a secured platform's users, a line each: who gives it, what is expected, and the
 * command, in which {@code {folder}} stands for the folder of the test. Expected is {@code ok},
 * {@code until} for what is tried until it is, {@code fails} for what does so though it is allowed,
 * and {@code refused} for what is not.
 *
 * @param platform whose users they are
 * @param folder of the test
 */
record SecuredSteps(SecuredPlatform platform, Path folder) {
  void play(String lines) {
    lines.lines().forEach(this::step);
  }

  private void step(String line) {
    String[] words = line.strip().replace("{folder}", folder.toString()).split(" +", 3);
    String user = words[0];
    String command = words[2];
    switch (words[1]) {
      case "ok" -> allowed(user, command);
      case "until" -> await(line).atMost(LIMIT).untilAsserted(() -> allowed(user, command));
      case "fails" ->
          assertThat(failed(user, command).err()).as(line).doesNotContain("tasks: Forbidden");
      case "refused" ->
          assertThat(failed(user, command).err()).as(line).contains("tasks: Forbidden");
      default -> throw new IllegalArgumentException(line);
    }
  }

  /** The command of a line. */
  static String command(String line) {
    return line.strip().split(" +", 3)[2];
  }

  /** Gives a command that goes well. */
  Run allowed(String user, String command) {
    Run run = run(user, command);
    assertThat(run.code()).as(user + ": " + command + "\n" + run.out() + run.err()).isZero();
    return run;
  }

  private Run failed(String user, String command) {
    Run run = run(user, command);
    assertThat(run.code()).as(user + ": " + command + "\n" + run.out() + run.err()).isEqualTo(1);
    return run;
  }

  /** Gives a command, however it ends. */
  Run run(String user, String command) {
    return platform.cli(user, command.split(" +", -1));
  }
}
