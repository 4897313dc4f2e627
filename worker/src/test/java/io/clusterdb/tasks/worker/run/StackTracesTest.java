package io.clusterdb.tasks.worker.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.NamedFailure;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What of a stack trace is kept. */
class StackTracesTest {
  private static StackTraceElement frame(String type, int line) {
    return new StackTraceElement("shop." + type, "run", type + ".java", line);
  }

  private static StackTraceElement platform(String type) {
    return new StackTraceElement("io.clusterdb.tasks.worker." + type, "call", null, 1);
  }

  private static <T extends Throwable> T at(T error, StackTraceElement... frames) {
    error.setStackTrace(frames);
    return error;
  }

  private static StackTraceElement[] deep(String type, int frames) {
    StackTraceElement[] all = new StackTraceElement[frames];
    for (int i = 0; i < frames; i++) {
      all[i] = frame(type, i + 1);
    }
    return all;
  }

  private static int bytes(@Nullable String text) {
    assertThat(text).isNotNull();
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void saysWhereTheHandlerFailedAndNotWhereThePlatformCalledIt() {
    Throwable cause =
        at(new IllegalStateException("no answer"), frame("Bank", 42), frame("Shop", 7));
    Throwable error =
        at(
            new RuntimeException("not charged", cause),
            frame("Handler", 3),
            platform("run.AttemptRunner"),
            platform("kafka.Slots"));

    assertThat(StackTraces.of(error))
        .isEqualTo(
            """
            java.lang.RuntimeException: not charged
            \tat shop.Handler.run(Handler.java:3)
            \t... 2 more
            Caused by: java.lang.IllegalStateException: no answer
            \tat shop.Bank.run(Bank.java:42)
            \tat shop.Shop.run(Shop.java:7)\
            """);
  }

  @Test
  void framesThatACauseHasInCommonAreShownOnce() {
    StackTraceElement shared = frame("Shop", 7);
    Throwable cause = at(new IllegalStateException(), frame("Bank", 42), shared);
    assertThat(StackTraces.of(at(new RuntimeException("x", cause), frame("Shop", 6), shared)))
        .isEqualTo(
            """
            java.lang.RuntimeException: x
            \tat shop.Shop.run(Shop.java:6)
            \tat shop.Shop.run(Shop.java:7)
            Caused by: java.lang.IllegalStateException
            \tat shop.Bank.run(Bank.java:42)
            \t... 1 more\
            """);
  }

  @Test
  void aLongOneKeepsTheFirstFramesOfEachCauseAndSaysThatItIsCut() {
    Throwable cause = at(new IllegalStateException("root"), deep("Root", 1_024));
    String text = StackTraces.of(at(new RuntimeException("top", cause), deep("Top", 1_024)));

    assertThat(bytes(text)).isBetween(StackTraces.MAX_BYTES - 300, StackTraces.MAX_BYTES);
    assertThat(text)
        .contains("shop.Top.run(Top.java:1)", "shop.Top.run(Top.java:50)")
        .contains("shop.Root.run(Root.java:1)", "shop.Root.run(Root.java:50)")
        .contains(" more, left out for length");
    assertThat(requireNonNull(text).lines())
        .allMatch(line -> line.matches("(Caused by: )?java\\.lang\\..*|\tat .*\\)|\t\\.\\.\\. .*"));
  }

  @Test
  void isBoundedWhateverIsThrown() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      Throwable error = at(new RuntimeException(), deep("Root", 1));
      for (int depth = random.nextInt(30); depth > 0; depth--) {
        String message =
            new String(Character.toChars(new int[] {'x', 'ä', 0x1F600, '\n'}[random.nextInt(4)]))
                .repeat(random.nextInt(3_000));
        error =
            at(new RuntimeException(message, error), deep("T" + depth, random.nextInt(300) + 1));
      }
      assertThat(bytes(StackTraces.of(error))).isLessThanOrEqualTo(StackTraces.MAX_BYTES);
    }
  }

  @Test
  void causesThatGoInACircleEnd() {
    Throwable one = at(new RuntimeException("one"), frame("One", 1));
    Throwable two = at(new RuntimeException("two", one), frame("Two", 2));
    one.initCause(two);
    assertThat(StackTraces.of(one)).endsWith("Further causes are left out.");
  }

  @Test
  void whatSaysNothingOfTheHandlerIsLeftOut() {
    assertThat(StackTraces.of(at(new NamedFailure("E", "m"), platform("handler.ExecHandler"))))
        .isNull();
    assertThat(StackTraces.of(at(new RuntimeException("without any")))).isNull();
    assertThat(StackTraces.of("Here:", new StackTraceElement[0])).isNull();
    assertThat(
            StackTraces.of(
                "Here:",
                new StackTraceElement[] {
                  new StackTraceElement("java.lang.Thread", "sleep", null, 1), frame("Slow", 9)
                }))
        .isEqualTo(
            "Here:\n\tat java.lang.Thread.sleep(Unknown Source)\n\tat shop.Slow.run(Slow.java:9)");
  }

  @Test
  void anExceptionThatFailsAtTellingOfItselfHasNone() {
    RuntimeException odd =
        new RuntimeException("odd") {
          @Override
          public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("not even that");
          }
        };
    assertThat(StackTraces.of(odd)).isNull();
  }

  @Test
  void whatAnotherLanguageToldIsKeptInWholeLines() {
    String told = "  File \"handler.py\", line 3, in charge\n".repeat(1_000);
    String kept = StackTraces.of(EndedException.permanent("ValueError", "m", told));
    assertThat(bytes(kept)).isLessThanOrEqualTo(StackTraces.MAX_BYTES);
    assertThat(kept).startsWith("  File").endsWith("in charge\n... left out for length");
    assertThat(StackTraces.of(EndedException.failed("E", "m", null, "short"))).isEqualTo("short");
    assertThat(StackTraces.of(EndedException.failed("E", "m", null, null))).isNull();
  }
}
