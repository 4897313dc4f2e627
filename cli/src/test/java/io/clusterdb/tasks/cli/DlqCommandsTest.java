package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DlqCommandsTest {
  private final FakePlatform platform = new FakePlatform(TasksConfig.of("unused:1"));
  private final FakeDeadLetters letters = platform.queues.deadLetters;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void bury() {
    platform.queues.createQueue(Queue.named("mails").build());
    long now = Instant.now().toEpochMilli();
    letters.add("a", "mail", "Timeout", now - Duration.ofHours(2).toMillis());
    letters.add("b", "mail", "Refused", now - 1_000);
    letters.add("c", "letter", "Timeout", now - 1_000);
  }

  @Test
  void listsThoseThatFitEveryOption() {
    assertThat(tasks("list", "mails", "--error", "Timeout", "--since", "1h")).isZero();
    assertThat(out()).contains(" c ").doesNotContain(" a ", " b ");
    assertThat(tasks("list", "mails", "--limit", "2")).isZero();
    assertThat(out().lines()).hasSize(2);
    assertThat(tasks("list", "mails", "--id", "a", "--type", "letter")).isZero();
    assertThat(out()).isEmpty();
    assertThat(err()).isEqualTo("no dead letters\n");
    assertThat(tasks("list", "mails", "--limit", "0")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void aReplayNeedsToBeToldWhichOnes() {
    assertThat(tasks("replay", "mails")).isEqualTo(ExitCodes.USAGE);
    assertThat(tasks("replay", "mails", "--all", "--type", "mail")).isEqualTo(ExitCodes.USAGE);
    assertThat(tasks("replay", "mails", "--all", "--rate", "0")).isEqualTo(ExitCodes.USAGE);
    assertThat(tasks("replay", "mails", "--all", "--transform", "cat | wc"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(letters.last).isNull();
  }

  @Test
  void replaysWhatItWasToldToWhereItWasTold() {
    assertThat(tasks("replay", "mails", "--error", "Timeout", "--to", "other", "--rate", "50"))
        .isZero();
    assertThat(out()).isEqualTo("a to other\nc to other\n");
    assertThat(err()).endsWith("2 dead letters replayed\n");
    assertThat(letters.all).extracting(DeadJob::id).containsExactly("b");
    Replay replay = letters.last;
    assertThat(replay).isNotNull();
    assertThat(replay.perSecond()).isEqualTo(50);
    assertThat(replay.transform()).isNull();
  }

  @Test
  void aReplayOfWhatIsNotThereOrIsRefusedSaysSo() {
    assertThat(tasks("replay", "mails", "--id", "a", "--id", "z")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err()).contains("1 dead letters replayed").contains("no such dead letter of z");
    letters.add("d", "odd", "Timeout", 0);
    assertThat(tasks("replay", "mails", "--all", "--output", "json")).isEqualTo(ExitCodes.FAILED);
    assertThat(err()).contains("job d: ").contains("2 dead letters replayed, 1 refused");
    assertThat(out().lines()).hasSize(2).allMatch(line -> line.contains("\"run\":\"new-run\""));
  }

  @Test
  void aDryRunChangesNothing() {
    assertThat(tasks("replay", "mails", "--all", "--dry-run")).isZero();
    assertThat(tasks("purge", "mails", "--all", "--dry-run")).isZero();
    assertThat(err()).endsWith("3 dead letters would be purged\n");
    assertThat(letters.all).hasSize(3);
  }

  @Test
  void purgesWhatItWasToldAndAllOnlyWhenConfirmed() {
    assertThat(tasks("purge", "mails")).isEqualTo(ExitCodes.USAGE);
    assertThat(tasks("purge", "mails", "--all")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--yes");
    assertThat(tasks("purge", "mails", "--id", "a")).isZero();
    assertThat(out()).isEqualTo("a\n");
    assertThat(letters.all).hasSize(2);
    assertThat(tasks("purge", "mails", "--all", "--yes")).isZero();
    assertThat(letters.all).isEmpty();
    assertThat(tasks("purge", "mails", "--id", "a")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void showsALetterWithItsPayload() {
    assertThat(tasks("show", "mails", "--id", "a", "--output", "json")).isZero();
    assertThat(out()).contains("\"payload\":{}", "\"state\":\"DEAD\"");
    assertThat(tasks("show", "mails", "--id", "z")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(tasks("show", "nowhere", "--id", "a")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  private int tasks(String... arguments) {
    out.reset();
    err.reset();
    String[] words = new String[arguments.length + 1];
    words[0] = "dlq";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]), out, new PrintStream(err, true, UTF_8), false);
    return new Cli(terminal, Map.of(), (config, metrics) -> platform, new StopSignal())
        .execute(words);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
