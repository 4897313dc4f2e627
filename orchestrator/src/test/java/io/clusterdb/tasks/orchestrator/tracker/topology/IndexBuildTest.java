package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.JobLives;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.Merge;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import io.clusterdb.tasks.streams.RocksDbSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // open() comes before each test
class IndexBuildTest {
  private static final int SEEDS = 40;
  private static final int JOBS = 30;

  @TempDir Path directory;

  private TopologyTestDriver driver;
  private KeyValueStore<byte[], byte[]> jobs;
  private KeyValueStore<byte[], byte[]> index;

  @BeforeEach
  void open() {
    Topology topology =
        new Topology()
            .addSource(
                "source",
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer(),
                "topic")
            .addProcessor("idle", Idle::new, "source")
            .addStateStore(store("jobs").withCachingEnabled(), "idle")
            .addStateStore(store("index").withCachingDisabled(), "idle");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "index-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    driver = new TopologyTestDriver(topology, properties, Instant.EPOCH);
    jobs = driver.getKeyValueStore("jobs");
    index = driver.getKeyValueStore("index");
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void whateverChangesWhileItIsMadeIndexAndCountsAreThoseOfTheRuns() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Fact> facts = facts(random);
      TrackerStores before = opened();
      int first = random.nextInt(facts.size());
      facts.subList(0, first).forEach(fact -> add(before, fact));
      // It ends without a word, and leaves an index that may be of another time.
      index.put(Keys.prefix(null, "junk"), new byte[0]);
      TrackerStores stores = TrackerStores.open(jobs, index);
      for (Fact fact : facts.subList(first, facts.size())) {
        if (random.nextInt(3) == 0) {
          boolean unused = stores.build(1 + random.nextInt(5));
        }
        if (random.nextInt(10) == 0) {
          remove(stores, fact);
        } else {
          add(stores, fact);
        }
      }
      while (!stores.build(1 + random.nextInt(5))) {
        // goes on
      }
      assertFits(seed, stores.counts());
      stores.close();
      TrackerStores again = TrackerStores.open(jobs, index);
      assertThat(again.build(0)).as("seed %d: left in order", seed).isTrue();
      assertFits(seed, again.counts());
      clear();
    }
  }

  @Test
  void whatIsHalfMadeIsNotTakenForWholeByTheNext() {
    List<Fact> facts = facts(new Random(1));
    TrackerStores before = opened();
    facts.forEach(fact -> add(before, fact));
    TrackerStores half = TrackerStores.open(jobs, index);
    boolean unused = half.build(5);
    half.close();
    TrackerStores next = TrackerStores.open(jobs, index);
    assertThat(next.build(5)).isFalse();
    while (!next.build(100)) {
      // goes on
    }
    assertFits(1, next.counts());
  }

  private TrackerStores opened() {
    TrackerStores stores = TrackerStores.open(jobs, index);
    while (!stores.build(100)) {
      // goes on
    }
    return stores;
  }

  private static List<Fact> facts(Random random) {
    JobLives lives = new JobLives(random);
    List<List<Fact>> runs = new ArrayList<>();
    for (int job = 0; job < JOBS; job++) {
      runs.add(
          new ArrayList<>(
              lives.run("job-" + random.nextInt(1_000), "run", "q" + random.nextInt(2))));
    }
    List<Fact> mixed = new ArrayList<>();
    while (!runs.isEmpty()) {
      List<Fact> run = runs.get(random.nextInt(runs.size()));
      mixed.add(run.removeFirst());
      if (run.isEmpty()) {
        runs.remove(run);
      }
    }
    return mixed;
  }

  private static void add(TrackerStores stores, Fact fact) {
    byte[] key = Keys.run(fact.jobId(), fact.run());
    RunState before = stores.get(key);
    RunState after = Merge.add(before, fact);
    if (!after.equals(before)) {
      stores.put(key, before, after);
    }
  }

  private static void remove(TrackerStores stores, Fact fact) {
    byte[] key = Keys.run(fact.jobId(), fact.run());
    RunState known = stores.get(key);
    if (known != null) {
      stores.remove(key, known);
    }
  }

  private void assertFits(int seed, TrackerCounts counts) {
    TreeSet<String> wanted = new TreeSet<>();
    TrackerCounts right = new TrackerCounts();
    try (KeyValueIterator<byte[], byte[]> all = jobs.all()) {
      all.forEachRemaining(
          each -> {
            if (!TrackerStores.isMeta(each.key)) {
              RunState run = RunStateFormat.read(each.value);
              right.found(run);
              Keys.index(each.key, run).forEach(entry -> wanted.add(hex(entry)));
            }
          });
    }
    TreeSet<String> found = new TreeSet<>();
    try (KeyValueIterator<byte[], byte[]> all = index.all()) {
      all.forEachRemaining(
          each -> {
            if (!TrackerStores.isMeta(each.key)) {
              found.add(hex(each.key));
            }
          });
    }
    assertThat(found).as("index, seed %d", seed).isEqualTo(wanted);
    assertThat(cells(counts)).as("counts, seed %d", seed).isEqualTo(cells(right));
  }

  private static Map<String, List<Long>> cells(TrackerCounts counts) {
    Map<String, List<Long>> cells = new HashMap<>();
    counts
        .queues()
        .forEach(
            (queue, numbers) -> {
              List<Long> all = new ArrayList<>();
              for (long number : numbers.snapshot()) {
                all.add(number);
              }
              if (all.stream().anyMatch(number -> number != 0)) {
                cells.put(queue, all);
              }
            });
    return cells;
  }

  private void clear() {
    for (KeyValueStore<byte[], byte[]> store : List.of(jobs, index)) {
      List<byte[]> keys = new ArrayList<>();
      try (KeyValueIterator<byte[], byte[]> all = store.all()) {
        all.forEachRemaining(each -> keys.add(each.key));
      }
      keys.forEach(store::delete);
    }
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingDisabled();
  }

  /** Has the stores. */
  private static final class Idle implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }
}
