package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.client.TasksRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A cluster of brokers, services and workers in processes of their own, which are killed, frozen,
 * restarted, cut off and wiped by a seed, under load, and an oracle that judges every guarantee.
 * Every build does it in brief with six processes; {@code -Dcluster.minutes=20 -Dcluster.seed=1} at
 * length with eleven, and prints a report, {@code -Dcluster.slow=600} with handlers of ten minutes;
 * with {@code -Dcluster.plan=crashes} workers are killed and nothing else; with {@code
 * -Dcluster.plan=takeovers} there are seven, and one of each kind is killed six times, for the
 * times that it takes others, or itself, to go on.
 */
class ClusterIT {
  private static final int MINUTES = Integer.getInteger("cluster.minutes", 0);
  private static final boolean LONG = MINUTES > 0;

  /** A build has the same faults each time; the long form has others each time. */
  private static final long SEED =
      Long.getLong("cluster.seed", LONG ? System.nanoTime() / 1_000_000 % 100_000 : 1);

  private static final int MOST_FAULTS = 500;

  /** A run with fewer says nothing; the slowest machine that was seen came to six in brief. */
  private static final int LEAST_FAULTS = 3;

  /** For how many seconds slow handlers run at length. */
  private static final int SLOW_S = Integer.getInteger("cluster.slow", 60);

  /** Whether all logs stay though nothing is broken. */
  private static final boolean KEEP = Boolean.getBoolean("cluster.keep");

  private static final String PLAN = System.getProperty("cluster.plan", "");
  private static final boolean TAKEOVERS = PLAN.equals("takeovers");

  private static final Cluster.Shape SHAPE =
      TAKEOVERS ? Cluster.Shape.takeovers() : LONG ? Cluster.Shape.full() : Cluster.Shape.brief();

  /** A folder of jars of an earlier release, from which the cluster is brought to this one. */
  private static final @Nullable String OLD = System.getProperty("cluster.old");

  @Test
  void everyGuaranteeHoldsWhateverIsKilledFrozenCutOrWiped() throws Exception {
    Path directory = Files.createTempDirectory("tasks-cluster-");
    ClusterReport report = new ClusterReport();
    report.line(
        "cluster of %d processes, seed %d, logs in %s"
            .formatted(SHAPE.processes(), SEED, directory));
    Verdict verdict;
    List<String> surprises;
    List<FaultRunner.Done> done;
    try (Cluster cluster = Cluster.start(directory, SHAPE);
        Cpu cpu = new Cpu()) {
      try (TasksRuntime tasks = cluster.connect();
          Readers readers = new Readers(tasks)) {
        Load.prepare(tasks);
        if (OLD != null) {
          cluster.startWith(Path.of(OLD));
        }
        if (TAKEOVERS) {
          cluster.shareClasses();
        }
        cluster.startServices();
        assertReplicated(tasks);
        Ledger ledger = new Ledger();
        long start = System.nanoTime();
        FaultPlan plan = plan(cluster);
        try (Load load = load(tasks, ledger).start();
            FaultRunner runner = new FaultRunner(cluster, load)) {
          done = runner.run(plan, Duration.ofMinutes(Math.max(3, MINUTES)));
          surprises = runner.surprises();
        }
        long loaded = System.nanoTime();
        verdict =
            new ClusterOracle(tasks, ledger, cluster.workerDirectories(), FaultPlan.SKEW_MS)
                .judge(tasks.clock().instant(), Duration.ofSeconds(LONG ? 300 + SLOW_S : 90));
        report.line(
            "%d faults in %d s under load, judged after %d s more"
                .formatted(
                    done.size(),
                    (loaded - start) / 1_000_000_000,
                    (System.nanoTime() - loaded) / 1_000_000_000));
        report.notComeTo(plan, done);
        report.line("%s".formatted(verdict));
        surprises.forEach(each -> report.line("  surprise: %s".formatted(each)));
        report.line("%s".formatted(readers));
        Timeline timeline = Timeline.of(tasks, ledger, Attempted.read(cluster.workerDirectories()));
        report.faults(done, timeline, readers, cpu, start).longest(timeline, start);
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed %d, logs in %s: %s".formatted(SEED, directory, e), e);
    }
    report.publish(Path.of("target", "cluster-report-%d.txt".formatted(SEED)));
    assertThat(done).as("seed %d", SEED).hasSizeGreaterThanOrEqualTo(LEAST_FAULTS);
    assertThat(verdict.breaches()).as("seed %d, logs in %s", SEED, directory).isEmpty();
    assertThat(surprises).as("seed %d, logs in %s", SEED, directory).isEmpty();
    if (!KEEP) {
      delete(directory);
    }
  }

  private static Load load(TasksRuntime tasks, Ledger ledger) {
    if (TAKEOVERS) { // a time is known as well as what would show it is frequent
      return new Load(tasks, ledger, SEED, 6, 100, 3_000);
    }
    return LONG
        ? new Load(tasks, ledger, SEED, 6, 500, SLOW_S * 1_000)
        : new Load(tasks, ledger, SEED, 3, 1_000, 3_000);
  }

  private static FaultPlan plan(Cluster cluster) {
    if (TAKEOVERS) {
      return FaultPlan.takeovers(cluster.members());
    }
    if (PLAN.equals("crashes")) {
      return FaultPlan.crashes(SEED, cluster.members());
    }
    if (OLD != null) {
      return FaultPlan.upgrade(SEED, cluster.members());
    }
    return LONG
        ? FaultPlan.of(SEED, cluster.members(), MOST_FAULTS)
        : FaultPlan.brief(SEED, cluster.members());
  }

  /** Every topic, those that Kafka Streams makes too: else a lost disk is lost jobs. */
  private static void assertReplicated(TasksRuntime tasks) throws Exception {
    Set<String> names =
        tasks.admin().listTopics().names().get().stream()
            .filter(name -> name.startsWith(tasks.names().prefix()))
            .collect(Collectors.toSet());
    tasks
        .admin()
        .describeTopics(names)
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) ->
                assertThat(topic.partitions())
                    .as(name)
                    .allMatch(partition -> partition.replicas().size() == SHAPE.brokers()));
    assertThat(names)
        .as("among them those of Kafka Streams")
        .anyMatch(name -> name.endsWith("-changelog"));
    if (SHAPE.brokers() < 3) {
      return;
    }
    tasks
        .admin()
        .describeConfigs(
            names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList())
        .all()
        .get()
        .forEach(
            (topic, config) ->
                assertThat(config.get("min.insync.replicas").value())
                    .as(topic.name())
                    .isEqualTo("2"));
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
