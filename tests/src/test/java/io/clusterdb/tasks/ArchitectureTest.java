package io.clusterdb.tasks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.clusterdb.tasks.streams.CommitPace;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds what the build cannot: which way dependencies point, and what logic must not touch. */
class ArchitectureTest {
  private static final String ROOT = "io.clusterdb.tasks";
  private static final String CORE = "core";

  private static final Set<String> SERVICES =
      Set.of("schemas", CORE, "worker", "http", "streams", "scheduler", "orchestrator");

  /** Each module with those that it may use; a package that no other module has is core's. */
  private static final Map<String, Set<String>> MODULES =
      Map.ofEntries(
          Map.entry("schemas", Set.of()),
          Map.entry(CORE, Set.of("schemas")),
          Map.entry("telemetry", Set.of(CORE)),
          Map.entry("worker", Set.of("schemas", CORE)),
          Map.entry("streams", Set.of("schemas", CORE)),
          Map.entry("http", Set.of("schemas", CORE)),
          Map.entry("scheduler", Set.of("schemas", CORE, "http", "streams")),
          Map.entry( // worker for leases
              "orchestrator", Set.of("schemas", CORE, "http", "streams", "worker")),
          Map.entry("embedded", SERVICES),
          Map.entry("testkit", with(SERVICES, "embedded")),
          Map.entry("cli", with(SERVICES, "embedded")),
          Map.entry("bench", with(SERVICES, "embedded")),
          Map.entry("examples", Set.of(CORE, "worker", "scheduler", "orchestrator", "embedded")));

  /** Where programs are: they talk to people, exit and measure. */
  private static final String[] PROGRAMS = {
    ROOT + ".cli..", ROOT + ".bench..", ROOT + ".examples.."
  };

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
  }

  @Test
  void everyModuleWasRead() {
    Set<String> found = new TreeSet<>();
    classes.forEach(each -> found.add(module(each)));
    assertThat(found).contains("schemas", CORE, "worker", "embedded", "testkit", "cli");
  }

  @Test
  void modulesDependOneWayOnly() {
    MODULES.forEach(
        (module, below) ->
            check(
                noClasses()
                    .that(in(Set.of(module)))
                    .should()
                    .dependOnClassesThat(
                        resideInAPackage(ROOT + "..")
                            .and(not(in(Set.of(module))))
                            .and(not(in(below))))
                    .because("%s may use %s of ours only".formatted(module, below))));
  }

  @Test
  void enginesKnowNoKafka() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..engine..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.apache.kafka..").and(not(type(TopicPartition.class))))
            .because("engines are pure logic; adapters stand in .kafka and .topology"));
  }

  @Test
  void enginesAreHandedTimeAndChance() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..engine..")
            .should()
            .accessTargetWhere(calls("read clocks", System.class, "currentTimeMillis", "nanoTime"))
            .orShould()
            .accessTargetWhere(calls("read clocks", Instant.class, "now"))
            .orShould()
            .accessTargetWhere(
                calls("make clocks", Clock.class, "systemUTC", "systemDefaultZone", "system"))
            .orShould()
            .accessTargetWhere(calls("make clocks", InstantSource.class, "system"))
            .orShould()
            .accessTargetWhere(calls("draw lots", Math.class, "random"))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .because("a test must be able to say what time it is and how the dice fall"));
  }

  @Test
  void nobodyReadsTheWallClockButAsAnInstantSource() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(PROGRAMS)
            .and()
            .resideOutsideOfPackage(ROOT + ".schemas.avro..") // generated
            .should()
            .accessTargetWhere(calls("read the wall clock", System.class, "currentTimeMillis"))
            .orShould()
            .accessTargetWhere(calls("read the wall clock", Instant.class, "now"))
            .orShould()
            .accessTargetWhere(calls("draw lots", Math.class, "random"))
            .because("time and chance are handed in"));
  }

  @Test
  void librariesNeitherPrintNorExit() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(PROGRAMS)
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .because("libraries log and throw; what ends a process is its program's decision"));
  }

  @Test
  void partitionsAskForCommitsAtThePaceOfTheirThread() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(CommitPace.class.getName())
            .should()
            .callMethodWhere(
                describe(
                    "commit transactions of Kafka Streams",
                    call ->
                        call.getTarget().getName().equals("commit")
                            && call.getTarget().getOwner().isAssignableTo(ProcessingContext.class)))
            .because("a thread that commits whenever something comes has no time to work"));
  }

  @Test
  void configurationAndPayloadsKnowNoClients() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".config..", ROOT + ".codec..", ROOT + ".record..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "org.apache.kafka.clients.admin..", "org.apache.kafka.streams.."))
            .because("reading a file, a payload or a record needs no broker"));
  }

  @Test
  void everyPackageSaysHowItTreatsNull() {
    List<String> unmarked =
        packages().stream()
            .filter(
                each ->
                    !each.isAnnotatedWith(NullMarked.class)
                        && !each.isAnnotatedWith(NullUnmarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertThat(unmarked)
        .as("packages whose package-info.java is missing or not @NullMarked")
        .isEmpty();
    assertThat(packages().stream().filter(each -> each.isAnnotatedWith(NullUnmarked.class)))
        .extracting(JavaPackage::getName)
        .as("generated code alone may leave null open")
        .containsExactly(ROOT + ".schemas.avro");
  }

  private static Set<String> with(Set<String> modules, String another) {
    Set<String> all = new TreeSet<>(modules);
    all.add(another);
    return all;
  }

  private static Set<JavaPackage> packages() {
    return classes.stream().map(JavaClass::getPackage).collect(Collectors.toUnmodifiableSet());
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes); // a module may not have an engine yet
  }

  private static DescribedPredicate<JavaClass> in(Set<String> modules) {
    return describe(
        "of " + modules,
        each -> resideInAPackage(ROOT + "..").test(each) && modules.contains(module(each)));
  }

  /** The first part of the package's name below the root, if a module has that name. */
  private static String module(JavaClass each) {
    String below = each.getPackageName().substring(ROOT.length());
    String first = below.isEmpty() ? "" : below.substring(1).split("\\.", 2)[0];
    return MODULES.containsKey(first) ? first : CORE;
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String what, Class<?> owner, String... methods) {
    return describe(
        what,
        access ->
            access instanceof JavaCodeUnitAccess<?>
                && access.getTarget().getOwner().isEquivalentTo(owner)
                && Arrays.asList(methods).contains(access.getTarget().getName()));
  }
}
