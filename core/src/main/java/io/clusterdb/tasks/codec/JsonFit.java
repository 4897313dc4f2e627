package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** Compares plain JSON with an Avro schema. Pure. */
final class JsonFit {
  private static final BigDecimal FLOAT_MAX = BigDecimal.valueOf(Float.MAX_VALUE);

  private final List<String> problems = new ArrayList<>();

  private JsonFit() {}

  /** What does not fit, with its place; empty if all does. */
  static List<String> problems(Schema schema, JsonNode value) {
    JsonFit fit = new JsonFit();
    fit.check("", schema, value);
    return fit.problems;
  }

  private void check(String path, Schema schema, JsonNode value) {
    switch (schema.getType()) {
      case RECORD -> record(path, schema, value);
      case UNION -> union(path, schema, value);
      case ARRAY -> array(path, schema, value);
      case MAP -> map(path, schema, value);
      case NULL -> that(value.isNull(), path, "null", value);
      case BOOLEAN -> that(value.isBoolean(), path, "true or false", value);
      case INT ->
          that(isTime(schema, value) || isInt(value), path, "a whole number of 32 bits", value);
      case LONG ->
          that(isTime(schema, value) || isLong(value), path, "a whole number of 64 bits", value);
      case FLOAT -> that(isFloat(value), path, "a number of single precision", value);
      case DOUBLE -> that(value.isNumber(), path, "a number", value);
      case STRING -> that(value.isTextual(), path, "text", value);
      case BYTES -> that(isBytes(schema, value), path, "bytes as text", value);
      case FIXED ->
          that(isFixed(schema, value), path, schema.getFixedSize() + " bytes as text", value);
      case ENUM ->
          that(
              value.isTextual() && schema.hasEnumSymbol(value.textValue()),
              path,
              "one of " + schema.getEnumSymbols(),
              value);
    }
  }

  private void record(String path, Schema schema, JsonNode value) {
    if (!that(value.isObject(), path, "an object with the fields of " + schema.getName(), value)) {
      return;
    }
    for (Schema.Field field : schema.getFields()) {
      JsonNode child = value.get(field.name());
      if (child != null) {
        check(path + "." + field.name(), field.schema(), child);
      } else if (!field.hasDefaultValue()) {
        problems.add(place(path + "." + field.name()) + " is missing");
      }
    }
    Iterator<String> names = value.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (schema.getField(name) == null) {
        problems.add(
            place(path + "." + name)
                + " is unknown, "
                + schema.getName()
                + " has "
                + schema.getFields().stream().map(Schema.Field::name).toList());
      }
    }
  }

  private void union(String path, Schema schema, JsonNode value) {
    List<String> best = null;
    for (Schema branch : schema.getTypes()) {
      JsonFit attempt = new JsonFit();
      attempt.check(path, branch, value);
      if (attempt.problems.isEmpty()) {
        return;
      }
      // Of an object, what is wrong with its fields says more than that it is not null.
      boolean structured =
          value.isContainerNode()
              && (branch.getType() == Schema.Type.RECORD
                  || branch.getType() == Schema.Type.MAP
                  || branch.getType() == Schema.Type.ARRAY);
      if (structured && best == null) {
        best = attempt.problems;
      }
    }
    if (best != null) {
      problems.addAll(best);
    } else {
      that(
          false, path, "one of " + schema.getTypes().stream().map(Schema::getName).toList(), value);
    }
  }

  private void array(String path, Schema schema, JsonNode value) {
    if (that(value.isArray(), path, "an array", value)) {
      for (int i = 0; i < value.size(); i++) {
        check(path + "[" + i + "]", schema.getElementType(), value.get(i));
      }
    }
  }

  private void map(String path, Schema schema, JsonNode value) {
    if (that(value.isObject(), path, "an object", value)) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        check(path + "." + entry.getKey(), schema.getValueType(), entry.getValue());
      }
    }
  }

  private static boolean isInt(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  private static boolean isLong(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong();
  }

  private static boolean isFloat(JsonNode value) {
    return value.isNumber() && value.decimalValue().abs().compareTo(FLOAT_MAX) <= 0;
  }

  /** Times may be text, as JSON usually has them. */
  private static boolean isTime(Schema schema, JsonNode value) {
    LogicalType logical = schema.getLogicalType();
    return logical != null && value.isTextual() && !value.textValue().isBlank();
  }

  private static boolean isBytes(Schema schema, JsonNode value) {
    return value.isTextual() || (schema.getLogicalType() != null && value.isNumber());
  }

  private static boolean isFixed(Schema schema, JsonNode value) {
    boolean number = schema.getLogicalType() != null && value.isNumber();
    return number
        || (value.isTextual()
            && value.textValue().getBytes(StandardCharsets.ISO_8859_1).length
                == schema.getFixedSize());
  }

  private boolean that(boolean holds, String path, String expected, JsonNode found) {
    if (!holds) {
      problems.add(place(path) + " should be " + expected + " and is " + shown(found));
    }
    return holds;
  }

  private static String place(String path) {
    return path.isEmpty() ? "the payload" : path.startsWith(".") ? path.substring(1) : path;
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
