package io.clusterdb.tasks.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  @Test
  void createsADirectoryAndKeepsItOnClose() {
    Path wanted = temporary.resolve("a/b");

    try (DataDirectory directory = DataDirectory.take(wanted)) {
      assertThat(directory.path()).isDirectory();
    }

    assertThat(wanted).isDirectory();
  }

  @Test
  void refusesADirectoryThatIsHeldHoweverItIsNamed() {
    try (DataDirectory held = DataDirectory.take(temporary)) {
      assertThatThrownBy(() -> DataDirectory.take(temporary.resolve("../" + name())))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining(held.path().toString())
          .hasMessageContaining("--data");
    }
  }

  @Test
  void canBeTakenAgainAfterClose() {
    DataDirectory.take(temporary).close();

    try (DataDirectory again = DataDirectory.take(temporary)) {
      assertThat(again.path()).isDirectory();
    }
  }

  @Test
  void stillHoldsItsLockAfterARivalWasRefused() throws Exception {
    try (DataDirectory held = DataDirectory.take(temporary)) {
      assertThatThrownBy(() -> DataDirectory.take(temporary)).isInstanceOf(TasksException.class);

      assertThat(lockSeenByAnotherProcess(held.path())).isFalse();
    }
    assertThat(lockSeenByAnotherProcess(temporary)).isTrue();
  }

  @Test
  void deletesATemporaryDirectoryWithAllThatIsInIt() throws IOException {
    DataDirectory directory = DataDirectory.temporary();
    Files.createDirectories(directory.path().resolve("kafka/topic-0"));
    Files.writeString(directory.path().resolve("kafka/topic-0/00.log"), "records");

    directory.close();

    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithAPathThatIsAFile() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");

    assertThatThrownBy(() -> DataDirectory.take(file))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesACommaBecauseKafkaReadsAList() {
    assertThatThrownBy(() -> DataDirectory.take(temporary.resolve("a,b")))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("comma");
  }

  private Path name() {
    return temporary.getFileName();
  }

  /** Whether another process can take the directory. */
  private static boolean lockSeenByAnotherProcess(Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TakesDirectory.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor() == 0;
  }

  /** Ends with 0 if it could take the directory that it is given. */
  static final class TakesDirectory {
    private TakesDirectory() {}

    public static void main(String[] args) {
      DataDirectory.take(Path.of(args[0])).close();
    }
  }
}
