package io.clusterdb.tasks.cli;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Errors of the person who typed the command. */
final class Usage {
  private Usage() {}

  /** An error in the arguments of this command. */
  static ParameterException error(@Nullable CommandSpec spec, String message) {
    if (spec == null) {
      throw new IllegalStateException("the command was not parsed: " + message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** What is made of the arguments; where they do not fit together, that is an error in them. */
  static <T> T checked(@Nullable CommandSpec spec, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw error(spec, String.valueOf(e.getMessage()));
    }
  }

  /** Checks that a command knows which things are meant: some that fit, or all. */
  static void selection(@Nullable CommandSpec spec, boolean some, boolean all) {
    if (some == all) {
      throw error(
          spec,
          "expected --all, or which ones by --id, --type, --error or --since; found "
              + (some ? "both" : "neither"));
    }
  }
}
