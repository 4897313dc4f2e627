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
  void showsControlCharactersAsEscapes() {
    assertThat(TextTable.printable("a\nb\t\u001b[2J")).isEqualTo("a\\nb\\t\\u001b[2J");
  }
}
