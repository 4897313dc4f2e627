package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Records in either encoding that a stranger wrote or that were damaged, by a seed and from the
 * corpus: each is a record or malformed, soon, and takes no memory that its bytes do not account
 * for.
 */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class WireFuzzTest {
  private static final int RECORDS = 15_000;
  private static final long MOST_BYTES = 32 << 20;
  private static final String TOPIC = "tasks.events";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REPEATED = Pattern.compile("(\\d+)\\*(\\p{XDigit}+)");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** As Avro writes them: lengths and counts at the edge of their types, beyond and below. */
  private static final List<byte[]> NUMBERS =
      List.of(
          hex("EEFFFFFF0F"),
          hex("F0FFFFFF0F"),
          hex("8094EBDC03"),
          hex("FF93EBDC03"),
          hex("FEFFFFFFFFFFFFFFFF01"),
          hex("FFFFFFFFFFFFFFFFFF01"),
          hex("11*80 01"),
          hex("80897A"),
          hex("01"));

  private static final int[] IDS = {0, -1, 1, 4, 12, 13, 9_999, Integer.MAX_VALUE};

  private final TasksAvroDeserializer generic = new TasksAvroDeserializer();
  private final TasksAvroDeserializer specific = new TasksAvroDeserializer();
  private FakeRegistry registry;
  private PlatformCodec codec;
  private List<Consumer<byte[]>> readers;
  private List<byte[]> samples;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    WireSamples.register(registry);
    Map<String, Object> configs = new HashMap<>();
    configs.put("schema.registry.url", registry.url());
    configs.put("retries.wait.ms", "1");
    codec = PlatformCodec.of(configs);
    generic.configure(configs, false);
    configs.put("specific.avro.reader", true);
    configs.put("specific.avro.value.type", JobEvent.class);
    specific.configure(configs, false);
    readers =
        List.of(
            bytes -> generic.deserialize(TOPIC, bytes),
            bytes -> specific.deserialize(TOPIC, bytes),
            bytes -> codec.decode(TOPIC, bytes, JobEvent.class));
    samples = WireSamples.whole();
  }

  @AfterEach
  void stop() {
    generic.close();
    specific.close();
    codec.close();
    registry.close();
  }

  @Test
  void anyBytesAreARecordOrMalformed() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          int malformed = 0;
          for (int seed = 0; seed < RECORDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = damaged(samples.get(random.nextInt(samples.size())), random);
            Consumer<byte[]> reader = readers.get(random.nextInt(readers.size()));
            malformed += isMalformed(reader, bytes, "seed " + seed) ? 1 : 0;
          }
          assertThat(malformed).isBetween(RECORDS / 10, RECORDS - RECORDS / 20);
        });
  }

  @Test
  void whatWasFoundIsMalformedStill() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (String found : corpus()) {
            for (Consumer<byte[]> reader : readers) {
              assertThat(isMalformed(reader, hex(found), found)).as(found).isTrue();
            }
          }
        });
  }

  @Test
  void whatClaimsNoMoreThanItHasIsRead() {
    for (byte[] sample : samples) {
      assertThat(isMalformed(readers.getFirst(), sample, "sample")).isFalse();
    }
    Object list = generic.deserialize(TOPIC, hex("00 00000004 499*0202 0200"));
    assertThat(Objects.requireNonNull(list).toString().split("value", -1)).hasSize(501);
    assertThat(generic.deserialize(TOPIC, hex("00 00000005 C09A0C 00")))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(100_000);
  }

  /** Of such ids nothing can be read, now or never, and either is said. */
  @Test
  void whateverTheRegistryGivesOutStopsNobody() {
    List<String> schemas =
        List.of(
            "",
            "null",
            "3",
            "[]",
            "{}",
            "{\"type\":null}",
            "\"nowhere\"",
            "\"null\"",
            "[[\"null\"]]",
            "[\"int\",\"int\"]",
            "[".repeat(20_000),
            "{\"type\":\"array\",\"items\":".repeat(20_000),
            "{\"type\":\"record\"}",
            "{\"type\":\"record\",\"name\":\"A\",\"fields\":{}}",
            "{\"type\":\"record\",\"name\":3,\"fields\":[]}",
            record("{\"name\":\"a\",\"type\":\"int\",\"order\":\"upwards\"}"),
            record("{\"name\":\"a\",\"type\":\"int\",\"order\":3}"),
            record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"a\",\"type\":\"int\"}"),
            record("{\"name\":\"a\",\"type\":\"A\"}"),
            "{\"type\":\"array\",\"items\":" + record("{\"name\":\"a\",\"type\":\"A\"}") + "}",
            "{\"type\":\"fixed\",\"name\":\"A\",\"size\":-1}",
            "{\"type\":\"fixed\",\"name\":\"A\",\"size\":99999999999}",
            "{\"type\":\"fixed\",\"name\":\"A\",\"size\":2147483647}",
            "{\"type\":\"enum\",\"name\":\"A\",\"symbols\":[\"a\",\"a\"]}",
            "{\"type\":\"enum\",\"name\":\"A\",\"symbols\":[3]}");
    for (String schema : schemas) {
      assertRefused(JSON.createObjectNode().put("schema", schema).toString());
    }
    for (String answer : List.of("", "null", "3", "[]", "{}", "{\"schema\":3}", "<html>", "\0")) {
      assertRefused(answer);
    }
    String round =
        "{\"schema\":\"\\\"B\\\"\",\"references\":[{\"name\":\"B\",\"subject\":\"b\",\"version\":1}]}";
    registry.fixed.put("GET /subjects/b/versions/1", new FakeRegistry.Answer(200, round));
    assertRefused(round);
  }

  private static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"A\",\"fields\":[" + fields + "]}";
  }

  private void assertRefused(String answer) {
    int id = 1_000 + registry.fixed.size();
    registry.fixed.put("GET /schemas/ids/" + id, new FakeRegistry.Answer(200, answer));
    byte[] bytes = ByteBuffer.allocate(7).put((byte) 0).putInt(id).put(hex("0241")).array();
    String which = answer.substring(0, Math.min(100, answer.length()));
    for (Consumer<byte[]> reader : readers) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      Assertions.assertThrows(SerializationException.class, () -> reader.accept(bytes), which);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as(which)
          .isLessThan(MOST_BYTES);
    }
  }

  private static boolean isMalformed(Consumer<byte[]> reader, byte[] bytes, String which) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean malformed = false;
    try {
      reader.accept(bytes);
    } catch (MalformedRecordException e) {
      assertThat(e.getMessage()).as(which).contains(TOPIC);
      malformed = true;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(which + ": " + shown(bytes), e);
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .as("memory of %s: %s", which, shown(bytes))
        .isLessThan(MOST_BYTES);
    return malformed;
  }

  private static String shown(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 300));
  }

  private static byte[] damaged(byte[] whole, Random random) {
    if (random.nextInt(40) == 0) {
      return damagedHeader(whole, random);
    }
    int body = whole[0] == 0 ? WireHeader.RegistryId.LENGTH : WireHeader.Fingerprint.LENGTH;
    int at = body + random.nextInt(whole.length - body + 1);
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(whole, at);
      case 1 -> spliced(whole, whole.length, noise(1 + random.nextInt(20), random));
      case 2 -> spliced(whole, at, NUMBERS.get(random.nextInt(NUMBERS.size())));
      case 3 -> spliced(Arrays.copyOf(whole, body), body, noise(random.nextInt(40), random));
      default -> {
        byte[] bytes = whole.clone();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > body; i--) {
          bytes[random.nextInt(body, bytes.length)] = (byte) random.nextInt();
        }
        yield bytes;
      }
    };
  }

  private static byte[] damagedHeader(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes[0] = (byte) random.nextInt();
      case 1 -> bytes[1] = (byte) random.nextInt();
      case 2 -> ByteBuffer.wrap(bytes).put((byte) 0).putInt(IDS[random.nextInt(IDS.length)]);
      default -> bytes = noise(random.nextInt(30), random);
    }
    return bytes;
  }

  private static byte[] noise(int length, Random random) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] more) {
    return ByteBuffer.allocate(bytes.length + more.length)
        .put(bytes, 0, at)
        .put(more)
        .put(bytes, at, bytes.length - at)
        .array();
  }

  private static byte[] hex(String text) {
    StringBuilder hex = new StringBuilder();
    for (String part : text.split(" ", -1)) {
      Matcher repeated = REPEATED.matcher(part);
      hex.append(
          repeated.matches()
              ? repeated.group(2).repeat(Integer.parseInt(repeated.group(1)))
              : part);
    }
    return HexFormat.of().parseHex(hex);
  }

  private static List<String> corpus() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(WireFuzzTest.class.getResourceAsStream("/corpus/wire.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
