package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import io.clusterdb.tasks.config.YamlNode.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Parts of the file that are the user's own data, as JSON. Plain scalars are what JSON would take
 * them for (YAML's JSON schema); all others are text, so that 007 keeps its zeros and 1.10 its last
 * one.
 */
final class JsonTree {
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,99})");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,99})\\.[0-9]{1,99}");
  private static final Pattern POWER =
      Pattern.compile("-?(0|[1-9][0-9]{0,99})(\\.[0-9]{1,99})?[eE][-+]?[0-9]{1,3}");

  private JsonTree() {}

  static JsonNode of(YamlNode node) {
    return switch (node) {
      case Scalar scalar -> scalar.plain() ? plain(scalar) : TextNode.valueOf(scalar.text());
      case Sequence sequence -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        sequence.items().forEach(item -> array.add(of(item)));
        yield array;
      }
      case Mapping mapping -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        mapping.entries().forEach((key, entry) -> object.set(key, of(entry.value())));
        yield object;
      }
      case YamlNode.Broken broken -> NullNode.instance;
    };
  }

  private static JsonNode plain(Scalar scalar) {
    String text = scalar.text();
    if (scalar.isNull()) {
      return NullNode.instance;
    }
    if (text.equals("true") || text.equals("false")) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    if (INTEGER.matcher(text).matches()) {
      BigInteger value = new BigInteger(text);
      return value.bitLength() < 64
          ? LongNode.valueOf(value.longValue())
          : BigIntegerNode.valueOf(value);
    }
    if (DECIMAL.matcher(text).matches()) {
      return DecimalNode.valueOf(new BigDecimal(text));
    }
    if (POWER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text))) {
      return DoubleNode.valueOf(Double.parseDouble(text));
    }
    return TextNode.valueOf(text);
  }
}
