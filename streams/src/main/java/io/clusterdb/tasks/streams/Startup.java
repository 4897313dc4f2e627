package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import org.apache.kafka.common.utils.Utils;

/** Waits for services that others need at once, as in a platform of one process. */
public final class Startup {
  private Startup() {}

  /** How a service is waited for. */
  @FunctionalInterface
  public interface Ready {
    /** Whether it works within this time. */
    boolean await(Duration limit) throws InterruptedException;
  }

  /**
   * Waits until a service works, and closes it where it does not.
   *
   * @param name of the service, for people
   * @param service what to close
   * @throws TasksException INTERNAL if it does not work within this time, CANCELLED if the thread
   *     is interrupted
   */
  public static void await(String name, AutoCloseable service, Ready ready, Duration limit) {
    boolean works = false;
    try {
      works = ready.await(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TasksException(
          ErrorCode.CANCELLED, "interrupted while the " + name + " started. Start it again.", e);
    } finally {
      if (!works) {
        Utils.closeQuietly(service, name);
      }
    }
    if (!works) {
      throw new TasksException(
          ErrorCode.INTERNAL,
          "the %s was expected to work within %d s, and did not. See its log above."
              .formatted(name, limit.toSeconds()));
    }
  }
}
