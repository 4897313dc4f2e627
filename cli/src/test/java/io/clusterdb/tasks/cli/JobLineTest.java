package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.cli.LineReader.Line;
import org.junit.jupiter.api.Test;

class JobLineTest {
  @Test
  void takesJsonLinesWithoutChangingWhatTheySay() {
    String json = "{\"n\": 1.10, \"big\": 12345678901234567890123}";
    assertThat(payload(JobLine.ofJson(line(" " + json + "\r")))).isEqualTo(json);
    assertThat(payload(JobLine.ofJson(line("null")))).isEqualTo("null");
    assertThat(payload(JobLine.ofJson(line("[]")))).isEqualTo("[]");
  }

  @Test
  void skipsBlankJsonLines() {
    assertThat(JobLine.ofJson(line(""))).isInstanceOf(JobLine.Nothing.class);
    assertThat(JobLine.ofJson(line(" \t\r"))).isInstanceOf(JobLine.Nothing.class);
  }

  @Test
  void refusesWhatIsNotOneJsonValue() {
    assertThat(reason(JobLine.ofJson(line("{\"a\":")))).startsWith("expected JSON, found {\"a\":");
    assertThat(reason(JobLine.ofJson(line("hello")))).startsWith("expected JSON, found hello");
    assertThat(reason(JobLine.ofJson(line("1 2")))).startsWith("expected one JSON value");
    assertThat(reason(JobLine.ofJson(line("{} {}")))).startsWith("expected one JSON value");
    assertThat(reason(JobLine.ofJson(line("NaN")))).startsWith("expected JSON");
  }

  @Test
  void skipsTheByteOrderMarkOfTheFirstLine() {
    assertThat(payload(JobLine.ofJson(line("\uFEFF{}")))).isEqualTo("{}");
  }

  @Test
  void makesAJsonStringOfAnyLine() {
    assertThat(payload(JobLine.ofText(line(" a\"b\\n $(x) é\t"))))
        .isEqualTo("\" a\\\"b\\\\n $(x) é\\t\"");
    assertThat(payload(JobLine.ofText(line("")))).isEqualTo("\"\"");
    assertThat(payload(JobLine.ofText(line("\uFEFFx")))).isEqualTo("\"\uFEFFx\"");
  }

  @Test
  void passesOnWhatCouldNotBeRead() {
    Line bad = new Line.Bad(3, "why");
    assertThat(reason(JobLine.ofText(bad))).isEqualTo("why");
    assertThat(reason(JobLine.ofJson(bad))).isEqualTo("why");
  }

  private static Line line(String text) {
    return new Line.Text(1, text, text.length());
  }

  private static String payload(JobLine line) {
    return ((JobLine.Job) line).payload().text();
  }

  private static String reason(JobLine line) {
    return ((JobLine.Bad) line).reason();
  }
}
