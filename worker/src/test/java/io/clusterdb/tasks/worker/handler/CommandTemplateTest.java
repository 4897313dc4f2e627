package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTemplateTest {
  @Test
  void putsThePayloadWhereItsPlaceIs() {
    CommandTemplate command = CommandTemplate.direct("cp {} --to=/out/{}.bak '{}{}'");
    assertThat(command.wantsPayload()).isTrue();
    assertThat(command.with("a {} b"))
        .containsExactly("cp", "a {} b", "--to=/out/a {} b.bak", "a {} ba {} b");
  }

  @Test
  void leavesACommandWithoutPlacesAlone() {
    CommandTemplate command = CommandTemplate.direct("wc -c");
    assertThat(command.wantsPayload()).isFalse();
    assertThat(command.words()).containsExactly("wc", "-c");
  }

  @Test
  void handsACommandToTheShell() {
    assertThat(CommandTemplate.shell("cat | wc -c").words())
        .containsExactly("/bin/sh", "-c", "cat | wc -c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "''", "{} -v", "/bin/{}", "echo 'a", "cat | wc"})
  void refusesWhatCannotRunWithoutAShell(String command) {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> CommandTemplate.direct(command))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .withMessageContaining("expected");
  }

  @Test
  void refusesAPayloadInAShell() {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> CommandTemplate.shell("rm {}"))
        .withMessageContaining("standard input");
  }

  @Test
  void readsTheTypeBeforeTheFirstEqualsSign() {
    assertThat(HandlerOption.parse("--exec", " resize = convert a=b {} "))
        .isEqualTo(new HandlerOption("resize", "convert a=b {}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "resize", "=convert", "resize=", " = "})
  void refusesAnOptionWithoutTypeOrTarget(String text) {
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> HandlerOption.parse("--exec", text))
        .withMessageContaining("--exec expects");
  }
}
