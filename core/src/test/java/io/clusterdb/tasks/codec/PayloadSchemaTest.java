package io.clusterdb.tasks.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadSchemaTest {
  private static final PayloadSchema ORDER =
      PayloadSchema.parse(
          "ProcessOrder",
          """
          {"type": "record", "name": "Order", "fields": [
            {"name": "id", "type": "string"},
            {"name": "amount", "type": "double"},
            {"name": "count", "type": "int", "default": 1},
            {"name": "note", "type": ["null", "string"], "default": null},
            {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}, "default": "A"},
            {"name": "tags", "type": {"type": "array", "items": "string"}, "default": []},
            {"name": "labels", "type": {"type": "map", "values": "long"}, "default": {}},
            {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
            {"name": "lines", "type": ["null", {"type": "record", "name": "Line", "fields": [
              {"name": "sku", "type": "string"}]}], "default": null}
          ]}
          """);

  private static void check(String json) {
    ORDER.checkJson(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id': 'a', 'amount': 1}",
        "{'id': 'a', 'amount': 1.5, 'note': null, 'count': 3}",
        "{'id': 'a', 'amount': 1e3, 'note': 'x', 'kind': 'B', 'tags': ['a'], 'labels': {'x': 1}}",
        "{'id': 'a', 'amount': 1, 'at': 1764547200000}",
        "{'id': 'a', 'amount': 1, 'at': '2026-12-01T00:00:00Z', 'lines': {'sku': 's'}}"
      })
  void acceptsPlainJsonThatFits(String json) {
    assertThatCode(() -> check(json.replace('\'', '"'))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'amount': 1}                                     | id is missing",
        "{'id': 1, 'amount': 1}                            | id should be text and is 1",
        "{'id': 'a', 'amount': '1'}                        | amount should be a number",
        "{'id': 'a', 'amount': 1, 'count': 1.5}            | count should be a whole number",
        "{'id': 'a', 'amount': 1, 'count': 3000000000}     | count should be a whole number",
        "{'id': 'a', 'amount': 1, 'note': 1}               | note should be one of [null, string]",
        "{'id': 'a', 'amount': 1, 'kind': 'C'}             | kind should be one of [A, B]",
        "{'id': 'a', 'amount': 1, 'tags': ['a', 2]}        | tags[1] should be text",
        "{'id': 'a', 'amount': 1, 'labels': {'x': 'y'}}    | labels.x should be a whole number",
        "{'id': 'a', 'amount': 1, 'lines': {}}             | lines.sku is missing",
        "{'id': 'a', 'amout': 1}                           | amout is unknown",
        "[]                                                | the payload should be an object",
        "{'id'                                             | not JSON"
      })
  void saysWhatDoesNotFitAndWhere(String json, String problem) {
    assertThatThrownBy(() -> check(json.replace('\'', '"')))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAYLOAD))
        .hasMessageContaining("ProcessOrder")
        .hasMessageContaining(problem);
  }

  @Test
  void anAvroRecordMustBeReadableByTheSchema() {
    PayloadSchema schema =
        PayloadSchema.parse(
            "T",
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}");
    schema.checkWriter(SchemaBuilder.record("R").fields().requiredInt("a").endRecord());
    assertThatThrownBy(
            () ->
                schema.checkWriter(
                    SchemaBuilder.record("R").fields().requiredString("a").endRecord()))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("/fields/0/type");
  }

  @Test
  void noPayloadFitsANullableSchemaOnly() {
    assertThatThrownBy(ORDER::checkAbsent).isInstanceOf(TasksException.class);
    PayloadSchema.parse("T", "[\"null\", \"string\"]").checkAbsent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"type\": \"nonsense\"}", "{\"type\": \"record\"}"})
  void aSchemaThatDoesNotParseIsAnErrorOfConfiguration(String text) {
    assertThatThrownBy(() -> PayloadSchema.parse("ProcessOrder", text))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("ProcessOrder");
  }
}
