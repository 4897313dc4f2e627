package io.clusterdb.tasks.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final List<Schemas.Reference> NONE = List.of();
  static final String V1 = record("{\"name\":\"id\",\"type\":\"string\"}");
  static final String V2 =
      record(
          "{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"n\",\"type\":\"int\",\"default\":0}");
  static final String INCOMPATIBLE = record("{\"name\":\"other\",\"type\":\"long\"}");

  private final MemoryLog log = new MemoryLog();
  private final Registry registry = new Registry(log);

  static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[" + fields + "]}";
  }

  private RegistryRecord.Version register(String subject, String schema) {
    return registry.register(subject, schema, NONE);
  }

  private static void assertRefused(int status, int code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryError.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.code()).isEqualTo(code);
            });
  }

  @Test
  void registersOnceAndGivesEqualSchemasTheSameId() {
    assertThat(register("a", V1)).extracting("id", "version").containsExactly(1, 1);
    assertThat(register("a", " " + V1.replace(":", " : "))).isEqualTo(register("a", V1));
    assertThat(register("a", V2)).extracting("id", "version").containsExactly(2, 2);
    assertThat(register("b", V2)).extracting("id", "version").containsExactly(2, 1);
    assertThat(log.entries).hasSize(3);
  }

  @Test
  void keepsConfluentsLayout() {
    register("a", "\"string\"");
    registry.setLevel("a", Compatibility.FULL);
    registry.setLevel(null, Compatibility.NONE);
    registry.deleteVersion("a", "1", false);
    registry.deleteVersion("a", "1", true);

    assertThat(log.entries.stream().map(entry -> text(entry.key())))
        .containsExactly(
            "{\"keytype\":\"SCHEMA\",\"subject\":\"a\",\"version\":1,\"magic\":1}",
            "{\"keytype\":\"CONFIG\",\"subject\":\"a\",\"magic\":0}",
            "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
            "{\"keytype\":\"SCHEMA\",\"subject\":\"a\",\"version\":1,\"magic\":1}",
            "{\"keytype\":\"SCHEMA\",\"subject\":\"a\",\"version\":1,\"magic\":1}");
    assertThat(
            log.entries.stream()
                .map(entry -> Optional.ofNullable(entry.value()).map(RegistryTest::text)))
        .containsExactly(
            Optional.of(
                "{\"subject\":\"a\",\"version\":1,\"id\":1,\"schema\":\"\\\"string\\\"\",\"deleted\":false}"),
            Optional.of("{\"compatibilityLevel\":\"FULL\"}"),
            Optional.of("{\"compatibilityLevel\":\"NONE\"}"),
            Optional.of(
                "{\"subject\":\"a\",\"version\":1,\"id\":1,\"schema\":\"\\\"string\\\"\",\"deleted\":true}"),
            Optional.empty());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void refusesWhatTheLevelForbids() {
    register("a", V1);

    assertRefused(409, 409, () -> register("a", INCOMPATIBLE));
    assertThat(registry.check("a", Optional.of("latest"), INCOMPATIBLE, NONE)).isNotEmpty();
    assertThat(registry.check("a", Optional.of("1"), V2, NONE)).isEmpty();

    registry.setLevel("a", Compatibility.NONE);
    assertThat(register("a", INCOMPATIBLE).version()).isEqualTo(2);
    registry.setLevel("a", null);
    assertRefused(409, 409, () -> register("a", V2));
  }

  @Test
  void transitiveLevelsLookAtAllVersions() {
    String withoutDefault =
        record("{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"n\",\"type\":\"int\"}");
    register("a", V1);
    register("a", V2);

    assertThat(registry.check("a", Optional.empty(), withoutDefault, NONE)).isEmpty();
    registry.setLevel("a", Compatibility.BACKWARD_TRANSITIVE);
    assertThat(registry.check("a", Optional.empty(), withoutDefault, NONE)).isNotEmpty();
    registry.setLevel("a", Compatibility.FORWARD);
    assertThat(registry.check("a", Optional.empty(), withoutDefault, NONE)).isEmpty();
    registry.setLevel("a", Compatibility.FULL);
    assertThat(registry.check("a", Optional.empty(), V1, NONE)).isEmpty();
  }

  @Test
  void deletesSoftlyBeforeForGood() {
    register("a", V1);
    register("a", V2);

    assertRefused(404, 40405, () -> registry.deleteSubject("a", true));
    assertRefused(404, 40407, () -> registry.deleteVersion("a", "1", true));
    assertThat(registry.deleteVersion("a", "latest", false)).isEqualTo(2);
    assertRefused(404, 40406, () -> registry.deleteVersion("a", "2", false));
    assertThat(registry.deleteSubject("a", false)).containsExactly(1);
    assertRefused(404, 40404, () -> registry.deleteSubject("a", false));
    assertThat(registry.<List<String>>read(state -> state.subjects(false))).isEmpty();
    assertThat(registry.<Optional<String>>read(state -> state.schema(1))).isPresent();

    assertThat(register("a", V1)).extracting("id", "version").containsExactly(1, 3);
    registry.deleteSubject("a", false);
    assertThat(registry.deleteSubject("a", true)).containsExactly(1, 2, 3);
    assertThat(registry.<Optional<String>>read(state -> state.schema(1))).isEmpty();
    assertThat(register("a", V1).id()).isEqualTo(3);
  }

  @Test
  void saysWhatItDoesNotFind() {
    assertRefused(404, 40401, () -> registry.lookUp("a", V1, NONE, false));
    assertRefused(404, 40401, () -> registry.deleteSubject("a", false));
    register("a", V1);
    assertRefused(404, 40403, () -> registry.lookUp("a", V2, NONE, false));
    assertRefused(404, 40402, () -> registry.deleteVersion("a", "7", false));
    assertRefused(422, 42202, () -> registry.deleteVersion("a", "first", false));
    assertRefused(422, 42201, () -> register("a", "{\"type\":\"nonsense\"}"));
    assertRefused(422, 42201, () -> register("a", "[".repeat(100_000)));
    assertRefused(404, 40408, () -> registry.setLevel("a", null));
  }

  @Test
  void makesReferencesPartOfTheSchema() {
    register("customer", "{\"type\":\"record\",\"name\":\"Customer\",\"fields\":[]}");
    String order = record("{\"name\":\"customer\",\"type\":\"Customer\"}");

    RegistryRecord.Version version =
        registry.register(
            "order", order, List.of(new Schemas.Reference("Customer", "customer", 1)));

    assertThat(Schemas.kept(version.schema()).getField("customer").schema().getName())
        .isEqualTo("Customer");
    assertRefused(422, 42201, () -> register("order", order));
    assertRefused(
        404,
        40402,
        () ->
            registry.register(
                "order", order, List.of(new Schemas.Reference("Customer", "customer", 9))));
  }

  @Test
  void readsTheLogAgainWhenAWriteIsInDoubt() {
    log.failsAfterAppending = true;
    assertRefused(500, 50001, () -> register("a", V1));
    log.failsAfterAppending = false;

    assertThat(register("b", V2).id()).isEqualTo(2);
    assertThat(registry.lookUp("a", V1, NONE, false).id()).isEqualTo(1);
  }

  /** Random requests, and at random moments a registry that starts from the log. */
  @Test
  void aRestartFindsEverythingAsItWas() {
    for (long seed = 0; seed < 50; seed++) {
      simulate(seed);
    }
  }

  private static void simulate(long seed) {
    Random random = new Random(seed);
    MemoryLog log = new MemoryLog();
    Registry registry = new Registry(log);
    for (int step = 0; step < 60; step++) {
      try {
        act(registry, random);
      } catch (RegistryError e) {
        assertThat(e.status()).as("seed %d", seed).isBetween(400, 499);
      }
      if (random.nextInt(5) == 0) {
        Registry restarted = new Registry(log);
        assertThat(describe(restarted)).as("seed %d", seed).isEqualTo(describe(registry));
        registry = restarted;
      }
    }
  }

  private static void act(Registry registry, Random random) {
    String subject = List.of("a", "b", "c").get(random.nextInt(3));
    String version = Integer.toString(1 + random.nextInt(4));
    switch (random.nextInt(8)) {
      case 0 -> registry.deleteSubject(subject, random.nextBoolean());
      case 1 -> registry.deleteVersion(subject, version, random.nextBoolean());
      case 2 -> registry.setLevel(subject, random.nextBoolean() ? Compatibility.NONE : null);
      case 3 -> registry.setLevel(null, List.of(Compatibility.values()).get(random.nextInt(7)));
      default -> {
        List<String> schemas = List.of(V1, V2, INCOMPATIBLE, "\"string\"", "\"int\"");
        registry.register(subject, schemas.get(random.nextInt(schemas.size())), NONE);
      }
    }
  }

  private static List<Object> describe(Registry registry) {
    return registry.read(
        state -> {
          List<Object> all = new ArrayList<>();
          all.add(state.globalLevel());
          for (String subject : state.subjects(true)) {
            all.addAll(state.versions(subject, true));
            all.add(Objects.requireNonNull(state.level(subject)));
            all.add(state.nextVersion(subject));
          }
          all.add(state.idFor("something new"));
          return all;
        });
  }
}
