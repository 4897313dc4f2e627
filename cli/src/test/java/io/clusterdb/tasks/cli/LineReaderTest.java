package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.cli.LineReader.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void keepsLinesAsTheyAre() throws IOException {
    String text = " a \n\tb\r\n\n\"quoted\" \\n $(x)\nčeština\u2028\u0000\n-rf";
    assertThat(texts(read(text.getBytes(UTF_8), 100)))
        .containsExactly(" a ", "\tb\r", "", "\"quoted\" \\n $(x)", "čeština\u2028\u0000", "-rf");
  }

  @Test
  void readsNothingFromNothing() throws IOException {
    assertThat(read(new byte[0], 100)).isEmpty();
  }

  @Test
  void countsOneEmptyLineForALoneLineFeed() throws IOException {
    assertThat(texts(read("\n".getBytes(UTF_8), 100))).containsExactly("");
  }

  @Test
  void namesTheLineThatIsNotUtf8AndGoesOn() throws IOException {
    List<Line> lines = read("gut\nschön\nbesser\n".getBytes(ISO_8859_1), 100);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1))
        .isInstanceOfSatisfying(
            Line.Bad.class,
            bad -> {
              assertThat(bad.number()).isEqualTo(2);
              assertThat(bad.reason()).contains("expected UTF-8");
            });
    assertThat(lines.get(2)).isEqualTo(new Line.Text(3, "besser", 6));
  }

  @Test
  void namesTheLineThatIsTooLongAndGoesOn() throws IOException {
    List<Line> lines = read(("x".repeat(200_000) + "\nok\n").getBytes(UTF_8), 100_000);
    assertThat(lines.getFirst())
        .isEqualTo(new Line.Bad(1, "expected at most 100,000 bytes, found 200,000"));
    assertThat(lines.get(1)).isEqualTo(new Line.Text(2, "ok", 2));
  }

  @Test
  void joinsLinesThatComeInPieces() throws IOException {
    long seed = 7;
    Random random = new Random(seed);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.add("é".repeat(random.nextInt(3) == 0 ? random.nextInt(90_000) : random.nextInt(9)));
    }
    byte[] bytes = (String.join("\n", expected) + "\n").getBytes(UTF_8);
    InputStream dripping =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(70_000)));
          }
        };
    assertThat(texts(read(dripping, 1_000_000))).as("seed %d", seed).isEqualTo(expected);
  }

  private static List<Line> read(byte[] bytes, int maxBytes) throws IOException {
    return read(new ByteArrayInputStream(bytes), maxBytes);
  }

  private static List<Line> read(InputStream in, int maxBytes) throws IOException {
    LineReader reader = new LineReader(in, maxBytes);
    List<Line> lines = new ArrayList<>();
    for (@Nullable Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  private static List<String> texts(List<Line> lines) {
    return lines.stream().map(line -> ((Line.Text) line).text()).toList();
  }
}
