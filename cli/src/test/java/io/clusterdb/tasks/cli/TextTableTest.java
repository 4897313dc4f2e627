package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void alignsColumns() {
    TextTable table = new TextTable("NAME", "N").row("a", 1).row("longer-name", null);
    assertThat(table.lines()).containsExactly("NAME         N", "a            1", "longer-name  -");
  }

  @Test
  void isNoWiderThanTheTerminal() {
    TextTable table =
        new TextTable("JOB", "STATE", "ERROR").row("job-1", "DEAD", "x".repeat(50) + "🙂y");
    assertThat(table.lines(40))
        .containsExactly("JOB    STATE  ERROR", "job-1  DEAD   " + "x".repeat(25) + "…");
    assertThat(table.lines(10).getLast()).isEqualTo("job-1  DEAD   xxxxxxx…");
    assertThat(table.lines(0).getLast()).endsWith("🙂y");
  }

  @Test
  void oneThingIsShownInFull() {
    String whole = "x".repeat(200);
    assertThat(new TextTable("job", "job-1").row("result", whole).lines(40).getLast())
        .endsWith(whole);
  }

  @Test
  void showsControlCharactersAsEscapes() {
    assertThat(TextTable.printable("a\nb\t\u001b[2J")).isEqualTo("a\\nb\\t\\u001b[2J");
  }
}
