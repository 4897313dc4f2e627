package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the stores are.
 *
 * @param path the directory
 * @param temporary whether it is deleted at the end
 */
public record StateDirectory(Path path, boolean temporary) implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);

  /**
   * This directory, made if need be, or a temporary one for null.
   *
   * @param service whose state it is, such as {@code scheduler}
   * @throws TasksException INVALID_CONFIG if it cannot be had
   */
  public static StateDirectory of(String service, @Nullable Path wanted) {
    try {
      return wanted == null
          ? new StateDirectory(Files.createTempDirectory("tasks-" + service + "-"), true)
          : new StateDirectory(Files.createDirectories(wanted), false);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected a directory for the %s's state that can be written, found %s (%s). Choose another with --state-dir."
              .formatted(
                  service,
                  wanted == null ? "no place for a temporary one" : wanted,
                  e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn(
          "Temporary directory {} could not be deleted. Delete it by hand: {}",
          path,
          e.getMessage());
    }
  }
}
