package io.clusterdb.tasks.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Strange(@JsonProperty Optional<String> value) {
    @Override
    public Optional<String> value() {
      return Optional.of(value.orElseThrow(() -> new IllegalStateException("no value")));
    }
  }

  @Test
  void resultsAreJsonText() {
    assertThat(Json.result(null)).isNull();
    assertThat(Json.result("done")).isEqualTo("\"done\"");
    assertThat(Json.result(Map.of("a", 1))).isEqualTo("{\"a\":1}");
    assertThat(Json.result(Optional.empty())).isEqualTo("null");
    assertThat(Json.result(Payload.json("{\"a\": 1}"))).isEqualTo("{\"a\":1}");
  }

  @Test
  void aResultThatDoesNotFitIsNamed() {
    Object strange = new Strange(Optional.empty());
    assertThatThrownBy(() -> Json.result(strange))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RESULT))
        .hasMessageContaining("no value");
    assertThatThrownBy(() -> Json.result(Payload.json("{"))).isInstanceOf(TasksException.class);
  }

  @Test
  void avroRecordsBecomePlainJson() {
    Schema kind = SchemaBuilder.enumeration("Kind").symbols("A", "B");
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .optionalString("note")
            .requiredLong("count")
            .requiredBytes("raw")
            .name("kind")
            .type(kind)
            .noDefault()
            .name("tags")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    var record =
        new GenericRecordBuilder(schema)
            .set("note", "x")
            .set("count", 7L)
            .set("raw", ByteBuffer.wrap(new byte[] {1, 2}))
            .set("kind", new GenericData.EnumSymbol(kind, "B"))
            .set("tags", List.of("a", "b"))
            .build();
    assertThat(Json.result(record))
        .isEqualTo(
            "{\"note\":\"x\",\"count\":7,\"raw\":\"AQI=\",\"kind\":\"B\",\"tags\":[\"a\",\"b\"]}");
  }

  @Test
  void exactTextSaysWhatItSaid() {
    assertThat(Json.exact("{\"a\":1.10}")).hasToString("{\"a\":1.10}");
    assertThat(Json.exact("12345678901234567890.5")).hasToString("12345678901234567890.5");
    assertThat(Json.exact("not json").textValue()).isEqualTo("not json");
    assertThat(Json.exact("1 2").textValue()).isEqualTo("1 2");
  }
}
