package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobInfo;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes down when handlers start and end, each at once, so that a killed process has told all. The
 * monotonic clock is one for all processes of the machine. Thread-safe.
 */
final class Observer {
  static final String FILES = "observed-";

  private final FileOutputStream out;

  private Observer(FileOutputStream out) {
    this.out = out;
  }

  static Observer of(Path directory) throws IOException {
    return new Observer(
        new FileOutputStream(
            directory.resolve(FILES + ProcessHandle.current().pid()).toFile(), true));
  }

  void started(JobContext context, Work work) throws IOException {
    JobInfo job = context.job();
    write(
        "S\t%d\t%s\t%s\t%d\t%d\t%s\t%d\n"
            .formatted(
                System.nanoTime(),
                job.queue(),
                job.id(),
                job.attempt(),
                context.fencingToken(),
                work.key(),
                work.seq()));
  }

  void ended(JobContext context) throws IOException {
    JobInfo job = context.job();
    write("E\t%d\t%s\t%s\t%d\n".formatted(System.nanoTime(), job.queue(), job.id(), job.attempt()));
  }

  private synchronized void write(String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.UTF_8));
  }
}
