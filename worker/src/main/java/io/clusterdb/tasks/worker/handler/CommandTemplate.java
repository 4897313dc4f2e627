package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.List;

/**
 * A command with places for the payload.
 *
 * @param name what messages call it
 * @param words program and arguments; {@code {}} in an argument stands for the payload
 */
record CommandTemplate(String name, List<String> words) {
  private static final String PLACE = "{}";

  CommandTemplate {
    words = List.copyOf(words);
  }

  /** A command without a shell. */
  static CommandTemplate direct(String command) {
    List<String> words;
    try {
      words = CommandWords.split(command);
    } catch (IllegalArgumentException e) {
      throw invalid(command, e.getMessage());
    }
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      throw invalid(command, "expected a program and its arguments, found nothing");
    }
    if (words.getFirst().contains(PLACE)) {
      throw invalid(
          command, "expected a fixed program, found {} in it; a payload may only be an argument");
    }
    return new CommandTemplate(words.getFirst(), words);
  }

  /** A command that a shell reads. */
  static CommandTemplate shell(String command) {
    if (command.isBlank()) {
      throw invalid(command, "expected a command for the shell, found nothing");
    }
    if (command.contains(PLACE)) {
      throw invalid(
          command,
          "a shell would run what a payload says, so {} is refused with --shell; read the payload"
              + " from standard input, or leave --shell out");
    }
    return new CommandTemplate("sh -c", List.of(Launcher.SHELL, "-c", command));
  }

  /** Whether an argument wants the payload. */
  boolean wantsPayload() {
    return words.stream().anyMatch(word -> word.contains(PLACE));
  }

  /** Program and arguments with this payload. */
  List<String> with(String payload) {
    return words.stream().map(word -> word.replace(PLACE, payload)).toList();
  }

  private static TasksException invalid(
      String command, @org.jspecify.annotations.Nullable String why) {
    return new TasksException(
        ErrorCode.INVALID_CONFIG, "the command \"" + command + "\" cannot be run: " + why + ".");
  }
}
