package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A clock that is as many milliseconds off as a file says, looked at several times a second. */
final class SkewedClock implements InstantSource {
  private static final String FILE = "skew-ms";

  private final Path file;
  private volatile long offsetMs;

  private SkewedClock(Path directory) {
    file = directory.resolve(FILE);
    look();
    Thread.ofPlatform().daemon().name("skew").start(this::follow);
  }

  static SkewedClock of(Path directory) {
    return new SkewedClock(directory);
  }

  /** Sets the clock of the process in this folder off. */
  static void set(Path directory, long offsetMs) throws IOException {
    Path next = directory.resolve(FILE + ".next");
    Files.writeString(next, Long.toString(offsetMs));
    Files.move(next, directory.resolve(FILE), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private void follow() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      offsetMs =
          Files.exists(file)
              ? Long.parseLong(Files.readString(file, StandardCharsets.UTF_8).trim())
              : 0;
    } catch (IOException e) {
      System.err.println("the clock's offset cannot be read, it stays: " + e);
    }
  }

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plusMillis(offsetMs);
  }
}
