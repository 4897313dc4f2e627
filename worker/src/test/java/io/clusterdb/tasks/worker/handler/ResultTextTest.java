package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.codec.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResultTextTest {
  @Test
  void keepsJsonAsItIs() {
    assertThat(written("{\"a\": [1.10, null]}\n")).isEqualTo("{\"a\":[1.10,null]}");
    assertThat(written("12345678901234567890.50")).isEqualTo("12345678901234567890.50");
    assertThat(written("\"a\"\n")).isEqualTo("\"a\"");
    assertThat(written("true\n")).isEqualTo("true");
  }

  @Test
  void takesAnythingElseAsAString() {
    assertThat(written("d2a8  ./a file\n")).isEqualTo("\"d2a8  ./a file\"");
    assertThat(written("007")).isEqualTo("\"007\"");
    assertThat(written("1 2")).isEqualTo("\"1 2\"");
    assertThat(written("{\"a\":")).isEqualTo("\"{\\\"a\\\":\"");
    assertThat(written("NaN")).isEqualTo("\"NaN\"");
  }

  @Test
  void dropsOneNewlineAtTheEndAndNothingElse() {
    assertThat(written(" a b \n\n")).isEqualTo("\" a b \\n\"");
    assertThat(written("\n")).isEqualTo("\"\"");
  }

  @Test
  void hasNoResultWithoutOutput() {
    assertThat(written("")).isEqualTo("null");
  }

  private static String written(String output) {
    Object result = ResultText.parse(output.getBytes(StandardCharsets.UTF_8), true);
    try {
      return Json.mapper().writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
