package io.clusterdb.tasks.cli.demo;

import io.clusterdb.tasks.Priority;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A job of the demonstration: the digest of a file.
 *
 * @param id the job's id
 * @param kind what is special about it
 * @param file the file
 * @param priority the job's lane
 * @param delay how long it is to wait; zero for not at all
 */
public record DemoJob(String id, Kind kind, Path file, Priority priority, Duration delay) {
  /** What is special about a job. */
  public enum Kind {
    /** Nothing. */
    PLAIN,
    /** Its first attempt fails. */
    FLAKY,
    /** Its file is missing, so that every attempt fails until somebody mends that. */
    BROKEN,
    /** It is to run later. */
    DELAYED
  }
}
