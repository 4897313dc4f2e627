package io.clusterdb.tasks.it;

import io.clusterdb.tasks.cli.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Java's archive of loaded classes, which the command makes when it is first used, so that a
 * service starts in half the time.
 */
public final class ClassArchive {
  /** From which on an archive holds what was linked and profiled too. */
  private static final int AOT_CACHES = 25;

  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

  /** For its start and its end, in which the archive is written. */
  private static final long PATIENCE_SECONDS = 120;

  private final Path file;
  private final String classPath;

  /** That of whatever the tests of this JVM start. */
  private static final class Shared {
    static final @Nullable ClassArchive ARCHIVE = make();
  }

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
  public static ClassArchive in(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (entry.isEmpty()) {
        continue; // Failsafe ends the class path with one, which would be the working directory
      }
      if (Files.isDirectory(path)) {
        jars.add(jar(path, directory.resolve("folder-" + jars.size() + ".jar")).toString());
      } else if (Files.exists(path)) {
        jars.add(entry);
      }
    }
    return new ClassArchive(directory.resolve("archive"), String.join(File.pathSeparator, jars));
  }

  private static Path jar(Path folder, Path jar) throws IOException {
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
      throw new IOException("jar of " + folder + " failed with " + code);
    }
    return jar;
  }

  /**
   * Options of Java with which a process has the class path of this one. With {@code
   * -Dtests.archive=true}, which a whole build says, it has an archive too, which is made at the
   * first call: there are so many processes that it saves minutes.
   */
  public static List<String> options() {
    ClassArchive archive = Boolean.getBoolean("tests.archive") ? Shared.ARCHIVE : null;
    return archive == null
        ? List.of("-cp", System.getProperty("java.class.path"))
        // Java would complain on standard output of one that does not fit.
        : List.of("-Xlog:disable", archive.read(), "-cp", archive.classPath());
  }

  /** Starts the platform once and stops it; null if that makes none, without which all works. */
  private static @Nullable ClassArchive make() {
    try {
      Path directory = Files.createTempDirectory("tasks-classes-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      ClassArchive archive = in(directory);
      Process platform =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx320m",
                  "-Xlog:disable",
                  archive.write(),
                  "-cp",
                  archive.classPath(),
                  Main.class.getName(),
                  "dev",
                  "--ephemeral",
                  "--kafka-port=0",
                  "--http-port=0",
                  "--registry-port=0")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .execute(platform::destroyForcibly);
      try (BufferedReader told = platform.inputReader()) {
        told.readLine(); // that it has started, or nothing at its end
        platform.toHandle().destroy();
        platform.waitFor();
      } finally {
        platform.destroyForcibly();
      }
      if (archive.exists()) {
        return archive;
      }
      LOG.warn("The platform wrote no archive of its classes; tests go on without one.");
      return null;
    } catch (IOException e) {
      LOG.warn("No archive of classes could be made; tests go on without one.", e);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException | UncheckedIOException e) {
      // the system's own cleaning of temporary files does
    }
  }

  /** The class path to which it is bound. */
  public String classPath() {
    return classPath;
  }

  /** Java's option to write it at the end. */
  public String write() {
    return (aot() ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + file;
  }

  /** Java's option to read it. */
  public String read() {
    return (aot() ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + file;
  }

  /** Whether it was written. */
  public boolean exists() {
    return Files.exists(file);
  }

  private static boolean aot() {
    return Runtime.version().feature() >= AOT_CACHES;
  }
}
