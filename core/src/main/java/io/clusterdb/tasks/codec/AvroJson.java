package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Avro data as plain JSON: unions show the value alone, bytes are Base64. Pure. */
public final class AvroJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroJson() {}

  /** The JSON of an Avro datum. */
  public static JsonNode toJson(@Nullable Object datum) {
    return switch (datum) {
      case null -> NODES.nullNode();
      case IndexedRecord record -> object(record);
      case Map<?, ?> map -> object(map);
      case Collection<?> values -> array(values);
      case GenericFixed fixed -> NODES.binaryNode(fixed.bytes());
      case GenericEnumSymbol<?> symbol -> NODES.textNode(symbol.toString());
      case ByteBuffer bytes -> NODES.binaryNode(copy(bytes));
      case CharSequence text -> NODES.textNode(text.toString());
      // Numbers, booleans, enums, and what logical types become.
      default -> Json.mapper().valueToTree(datum);
    };
  }

  private static ObjectNode object(IndexedRecord record) {
    ObjectNode node = NODES.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      node.set(field.name(), toJson(record.get(field.pos())));
    }
    return node;
  }

  private static ObjectNode object(Map<?, ?> map) {
    ObjectNode node = NODES.objectNode();
    map.forEach((key, value) -> node.set(String.valueOf(key), toJson(value)));
    return node;
  }

  private static ArrayNode array(Collection<?> values) {
    ArrayNode node = NODES.arrayNode();
    values.forEach(value -> node.add(toJson(value)));
    return node;
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
