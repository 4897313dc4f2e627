package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that one embedded platform at a time may use, held by a lock file that names its
 * holder. The operating system frees the lock when its process dies, however it dies.
 */
final class DataDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

  /**
   * Directories held by this JVM. They must be known before the lock file is opened: closing any
   * other channel to the file would free the lock that this process holds on it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lockFile;
  private final boolean ephemeral;

  private DataDirectory(Path path, FileChannel lockFile, boolean ephemeral) {
    this.path = path;
    this.lockFile = lockFile;
    this.ephemeral = ephemeral;
  }

  /** Creates the directory if need be, and takes it. */
  static DataDirectory take(Path directory) {
    return take(directory, false);
  }

  /** Takes a new temporary directory, deleted when it is closed. */
  static DataDirectory temporary() {
    try {
      return take(Files.createTempDirectory("tasks-"), true);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "no temporary directory can be made (%s). Make %s writable, or name a directory with --data."
              .formatted(e, System.getProperty("java.io.tmpdir")),
          e);
    }
  }

  private static DataDirectory take(Path directory, boolean ephemeral) {
    Path path = create(directory);
    if (!HELD.add(path)) {
      throw inUse(path, "this process");
    }
    boolean taken = false;
    try {
      FileChannel lockFile = lock(path);
      taken = true;
      return new DataDirectory(path, lockFile, ephemeral);
    } catch (IOException e) {
      throw unusable(path, e);
    } finally {
      if (!taken) {
        HELD.remove(path);
      }
    }
  }

  private static Path create(Path directory) {
    try {
      Path path = Files.createDirectories(directory.toAbsolutePath().normalize()).toRealPath();
      if (path.toString().indexOf(',') >= 0) {
        throw new TasksException(
            ErrorCode.INVALID_CONFIG,
            "the directory %s has a comma in its path, which Kafka reads as a list. Choose another directory with --data."
                .formatted(path));
      }
      return path;
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      // Beyond the text, so that other processes can read it where locks are mandatory.
      FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
      if (lock == null) {
        throw inUse(path, "process " + Files.readString(file, StandardCharsets.UTF_8).strip());
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static TasksException inUse(Path path, String holder) {
    return new TasksException(
        ErrorCode.CONFLICT,
        "the directory %s is held by %s, and one embedded platform at a time can use it. Stop that one, or choose another directory with --data (or --ephemeral)."
            .formatted(path, holder));
  }

  private static TasksException unusable(Path path, @Nullable IOException cause) {
    return new TasksException(
        ErrorCode.INVALID_CONFIG,
        "the directory %s cannot be created or written (%s). Choose another directory with --data, or --ephemeral."
            .formatted(path, cause),
        cause);
  }

  Path path() {
    return path;
  }

  /** Frees the directory, and deletes it if it is temporary. */
  @Override
  public void close() {
    try {
      if (ephemeral) {
        deleteTree(path);
      }
    } catch (IOException e) {
      log.warn("Temporary directory {} could not be deleted whole: {}", path, e.toString());
    }
    try {
      lockFile.close();
    } catch (IOException e) {
      log.warn("Lock of {} could not be closed: {}", path, e.toString());
    } finally {
      HELD.remove(path);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // gone meanwhile: a late delete of Kafka's own
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
