package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Schemas of every kind that a payload may have, also such by which few bytes claim much, with a
 * record of each.
 */
final class WireSamples {
  /** Schema and record as JSON; the first one has the id 1. */
  private static final List<List<String>> KINDS =
      List.of(
          List.of("\"string\"", "\"text\""),
          List.of("{\"type\":\"array\",\"items\":\"string\"}", "[\"a\",\"bc\"]"),
          List.of("{\"type\":\"map\",\"values\":\"long\"}", "{\"a\":1,\"b\":-2}"),
          List.of(
              """
              {"type":"record","name":"List","fields":[
                {"name":"value","type":"long"},{"name":"next","type":["null","List"]}]}
              """,
              "{\"value\":1,\"next\":{\"List\":{\"value\":2,\"next\":null}}}"),
          List.of("{\"type\":\"array\",\"items\":\"null\"}", "[null,null,null]"),
          List.of(
              """
              {"type":"array","items":{"type":"record","name":"Nothing","fields":[]}}
              """,
              "[{}]"),
          List.of("[\"null\",{\"type\":\"fixed\",\"name\":\"Large\",\"size\":1073741824}]", "null"),
          List.of(
              """
              {"type":"record","name":"Tree","fields":[
                {"name":"children","type":{"type":"array","items":"Tree"}}]}
              """,
              "{\"children\":[{\"children\":[]},{\"children\":[]}]}"),
          List.of(
              """
              {"type":"record","name":"All","fields":[
                {"name":"choice","type":["null","string","int"]},
                {"name":"bytes","type":"bytes"},
                {"name":"flag","type":"boolean"},
                {"name":"number","type":"int"},
                {"name":"ratio","type":"double"},
                {"name":"part","type":"float"},
                {"name":"suit","type":{"type":"enum","name":"Suit","symbols":["A","B"]}},
                {"name":"hash","type":{"type":"fixed","name":"Hash","size":4}},
                {"name":"maps","type":{"type":"array","items":{"type":"map","values":"bytes"}}}]}
              """,
              """
              {"choice":{"string":"x"},"bytes":"abc","flag":true,"number":-7,"ratio":0.5,"part":1.5,
               "suit":"B","hash":"abcd","maps":[{"a":"b","c":""},{}]}
              """),
          List.of(Records.ORDER.toString(), "{\"id\":\"1\",\"amount\":2}"),
          List.of("\"bytes\"", "\"abc\""));

  private WireSamples() {}

  /** Registers the schemas, the one of events at last, under ids that count from 1. */
  static void register(FakeRegistry registry) {
    KINDS.forEach(kind -> registry.add("samples", kind.getFirst()));
    registry.add("samples", SchemaText.of(JobEvent.getClassSchema()));
  }

  /** A record of each schema under its id, and an event in single-object encoding. */
  static List<byte[]> whole() throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (List<String> kind : KINDS) {
      all.add(record(all.size() + 1, kind.getFirst(), kind.getLast()));
    }
    byte[] event = PlatformCodec.singleObject().encode("samples", Records.event());
    ByteArrayOutputStream out = header(all.size() + 1);
    int length = WireHeader.Fingerprint.LENGTH;
    out.write(event, length, event.length - length);
    all.add(out.toByteArray());
    all.add(event);
    return all;
  }

  private static byte[] record(int id, String schema, String json) throws IOException {
    Schema parsed = new Schema.Parser().parse(schema);
    Object datum =
        new GenericDatumReader<>(parsed).read(null, DecoderFactory.get().jsonDecoder(parsed, json));
    ByteArrayOutputStream out = header(id);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(parsed).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static ByteArrayOutputStream header(int id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new WireHeader.RegistryId(id).toBytes());
    return out;
  }
}
