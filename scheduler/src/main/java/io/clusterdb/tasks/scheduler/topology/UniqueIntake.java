package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Unique;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.record.UniqueKeyText;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys.Ask;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what a job says of its unique key. Stateless. */
final class UniqueIntake {
  private static final long LONGEST_MS = Duration.ofDays(366).toMillis();

  private UniqueIntake() {}

  /**
   * What a job asks for.
   *
   * @throws MalformedJobException if a header is not what it must be
   */
  static Ask read(WaitingJob job) throws MalformedJobException {
    String key = job.text(JobHeaders.UNIQUE_KEY);
    if (key == null || key.isBlank() || key.length() > Job.MAX_NAME_LENGTH) {
      throw malformed(
          JobHeaders.UNIQUE_KEY, "text of 1 to " + Job.MAX_NAME_LENGTH + " characters", key);
    }
    return new Ask(
        UniqueKeyText.of(job.queue(), key), job.id(), job.run(), policy(job), window(job));
  }

  private static Unique.Policy policy(WaitingJob job) throws MalformedJobException {
    String text = job.text(JobHeaders.UNIQUE_POLICY);
    try {
      return text == null ? Unique.Policy.FIRST : Unique.Policy.parse(text);
    } catch (IllegalArgumentException e) {
      throw malformed(JobHeaders.UNIQUE_POLICY, "first, replace or reject", text);
    }
  }

  private static long window(WaitingJob job) throws MalformedJobException {
    String text = job.text(JobHeaders.UNIQUE_WINDOW_MS);
    if (text == null) {
      return Unique.DEFAULT_WINDOW.toMillis();
    }
    try {
      long window = Long.parseLong(text.trim());
      if (window >= 1 && window <= LONGEST_MS) {
        return window;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw malformed(JobHeaders.UNIQUE_WINDOW_MS, "a whole number from 1 to " + LONGEST_MS, text);
  }

  private static MalformedJobException malformed(
      String header, String expected, @Nullable String found) {
    return new MalformedJobException(
        "header " + header + " expects " + expected + ", found \"" + found + "\"");
  }
}
