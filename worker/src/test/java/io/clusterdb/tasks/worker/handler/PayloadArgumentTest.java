package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadArgumentTest {
  @Test
  void decodesAString() {
    assertThat(PayloadArgument.of(Payload.json("\"a \\\"b\\\"\\n\\u00e9\\ud83d\\ude00 \"")))
        .isEqualTo("a \"b\"\né😀 ");
  }

  @Test
  void keepsNumbersAndBooleansAsTheyAreWritten() {
    assertThat(PayloadArgument.of(Payload.json(" 1.10 "))).isEqualTo("1.10");
    assertThat(PayloadArgument.of(Payload.json("12345678901234567890123")))
        .isEqualTo("12345678901234567890123");
    assertThat(PayloadArgument.of(Payload.json("true"))).isEqualTo("true");
    assertThat(PayloadArgument.of(Payload.json("null"))).isEqualTo("null");
  }

  @Test
  void writesTheRestAsCompactJson() {
    assertThat(PayloadArgument.of(Payload.json("{ \"a\": [ 1.10, \"é b\" ],\n \"c\": {} }")))
        .isEqualTo("{\"a\":[1.10,\"é b\"],\"c\":{}}");
  }

  @Test
  void takesTextAsItIs() {
    byte[] text = "\"é\"".getBytes(StandardCharsets.UTF_8);
    assertThat(PayloadArgument.of(Payload.of(text, "text/plain"))).isEqualTo("\"é\"");
  }

  @Test
  void readsJsonByAnyOfItsNames() {
    byte[] text = "\"a\"".getBytes(StandardCharsets.UTF_8);
    assertThat(PayloadArgument.of(Payload.of(text, "Application/JSON; charset=utf-8")))
        .isEqualTo("a");
    assertThat(PayloadArgument.of(Payload.of(text, "application/problem+json"))).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "no json", "{", "\"a\" \"b\"", "\"a"})
  void refusesWhatIsNoJsonForGood(String text) {
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> PayloadArgument.of(Payload.json(text)))
        .withMessageContaining("expects");
  }

  @Test
  void refusesBytesThatAreNoText() {
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> PayloadArgument.of(Payload.of(new byte[] {(byte) 0xff}, Payload.BYTES)))
        .withMessageContaining("standard input");
  }

  @Test
  void refusesAJobWithoutPayload() {
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> PayloadArgument.of(new Payload(null, Payload.JSON)))
        .withMessageContaining("the job has none");
  }
}
