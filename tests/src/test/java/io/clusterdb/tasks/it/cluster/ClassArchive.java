package io.clusterdb.tasks.it.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Java's archive of loaded classes, which the command makes when it is first used, so that a
 * service starts in half the time.
 */
final class ClassArchive {
  /** From which on an archive holds what was linked and profiled too. */
  private static final int AOT_CACHES = 25;

  private final Path file;
  private final String classPath;

  private ClassArchive(Path file, String classPath) {
    this.file = file;
    this.classPath = classPath;
  }

  /**
   * Names an archive that does not exist yet.
   *
   * @param directory where it is to be, with jars of what this process has in folders: Java
   *     archives no class of these
   */
  static ClassArchive in(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        jars.add(jar(path, directory.resolve("folder-" + jars.size() + ".jar")).toString());
      } else if (Files.exists(path)) {
        jars.add(entry);
      }
    }
    return new ClassArchive(directory.resolve("archive"), String.join(File.pathSeparator, jars));
  }

  private static Path jar(Path folder, Path jar) {
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                jar.toString(),
                "-C",
                folder.toString(),
                ".");
    if (code != 0) {
      throw new IllegalStateException("jar of " + folder + " failed with " + code);
    }
    return jar;
  }

  /** The class path to which it is bound. */
  String classPath() {
    return classPath;
  }

  /** Java's option to write it at the end. */
  String write() {
    return (aot() ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + file;
  }

  /** Java's option to read it. */
  String read() {
    return (aot() ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  private static boolean aot() {
    return Runtime.version().feature() >= AOT_CACHES;
  }
}
