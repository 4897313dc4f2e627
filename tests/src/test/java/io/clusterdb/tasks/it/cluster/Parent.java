package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process of the cluster and the one that started it tell each other. */
final class Parent {
  private Parent() {}

  /** Ends this process with the one that started it, whose end closes the standard input. */
  static void follow() {
    Thread.ofPlatform()
        .daemon()
        .name("parent")
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  Thread.onSpinWait();
                }
              } catch (IOException e) {
                System.err.println("the standard input broke: " + e);
              }
              Runtime.getRuntime().halt(3);
            });
  }

  /** Says that this process works. */
  static void ready(Path directory) throws IOException {
    Files.createFile(marker(directory, ProcessHandle.current().pid()));
  }

  /** The file by which a process says so. */
  static Path marker(Path directory, long pid) {
    return directory.resolve("ready-" + pid);
  }
}
